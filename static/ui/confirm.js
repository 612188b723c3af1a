// @ts-check
import { asked } from "../lib/confirm.js";
import { html } from "../lib/dom.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";

/** Where a question appears, over whatever is shown; once a page. */
export const Confirming = () => {
  const question = asked.value;
  if (!question) return null;
  return html`
    <${Dialog} title=${question.title} close=${() => question.answer(false)} isQuestion>
      <div class="mb-3">${question.text}</div>
      <div class="btn-list">
        <${Button} kind="primary" work=${() => question.answer(false)}>${question.no}<//>
        <${Button} kind="danger" work=${() => question.answer(true)}>${question.yes}<//>
      </div>
    <//>`;
};
