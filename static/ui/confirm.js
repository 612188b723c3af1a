// @ts-check
import { html } from "../lib/dom.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";

/** A question with two answers, over whatever is shown.
 * @param {import("../lib/confirm.js").Question & {answer: (yes: boolean) => void}} props */
export default ({ title, text, yes, no, answer }) => html`
  <${Dialog} title=${title} close=${() => answer(false)} isQuestion>
    <div class="mb-3">${text}</div>
    <div class="btn-list">
      <${Button} kind="primary" work=${() => answer(false)}>${no}<//>
      <${Button} kind="danger" work=${() => answer(true)}>${yes}<//>
    </div>
  <//>`;
