// @ts-check
import { valuesOf } from "../../lib/again.js";
import { html } from "../../lib/dom.js";
import { useAnswer } from "../../lib/load.js";
import { Failed } from "../../ui/empty.js";
import { Waiting } from "../../ui/page.js";

/** The form with all that an order was given. @param {{id: string, draw: (first: Record<string, any>) => any}} props */
export default function Again({ id, draw }) {
  const { data, error, reload } = useAnswer(`/api/orders/${encodeURIComponent(id)}`);
  if (data) return draw(valuesOf(data));
  return error ? html`<${Failed} error=${error} retry=${reload} />` : html`<${Waiting} />`;
}
