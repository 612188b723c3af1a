// @ts-check
// Which rows of a list are to be changed: the chosen ones, or all that its filter matches, loaded or not.

import { withQuery } from "../../../lib/api.js";
import { useEffect, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";

/** The field of the request for chosen rows, and the words. */
const LISTS = {
  orders: {
    ids: "order_ids",
    chosen: "orders.selected",
    every: "orders.every_selected",
    offer: "orders.choose_every",
    tooMany: "orders.too_many",
  },
  services: {
    ids: "service_ids",
    chosen: "services.selected",
    every: "services.every_selected",
    offer: "services.choose_every",
    tooMany: "services.too_many",
  },
};

/** Rows that the panel changes at once at most. */
const MOST = 1000;

/** What in the address is no text. @type {Record<string, (text: string) => any>} */
const READ = {
  ...Object.fromEntries(["provider_id", "user_id", "service_id"].map((name) => [name, Number])),
  ...Object.fromEntries(
    ["paused", "active", "loss", "slow", "by_hand", "review"].map((name) => [name, (text) => text === "true"]),
  ),
};

/** What the address says, as the API takes it. @param {Record<string, string>} narrowed */
const filterOf = (narrowed) =>
  Object.fromEntries(
    Object.entries(narrowed)
      .filter(([, text]) => text)
      .map(([name, text]) => [name, READ[name]?.(text) ?? text]),
  );

/** Which ones: as the request says it, and how many.
 * @typedef {{body: Record<string, any>, count: number}} Meant */

/** What is meant, and how it is called. All that the filter matches are offered once all loaded rows are chosen and
 * more of them follow; it holds until one of them is not chosen, or another filter counts. `choose`: null where they
 * are more than can be changed at once.
 * @typedef {{meant: Meant, label: string, offer: string, choose: (() => void) | null}} Every */

/** @param {keyof typeof LISTS} name of the list in the API @param {Record<string, string>} narrowed
 * @param {import("../../../lib/load.js").Listing} list @param {import("../../../ui/selection.js").Selection} selection
 * @returns {Every} */
export function useEvery(name, narrowed, list, selection) {
  const address = withQuery(`/api/admin/${name}/count`, narrowed);
  const { ids, ...words } = LISTS[name];
  const [wanted, setWanted] = useState("");
  const { chosen } = selection;
  const isAll = list.more && chosen.length > 0 && chosen.length === list.items.length;
  const known = useAnswer(isAll ? address : null).data;
  const isOn = isAll && known !== null && wanted === address;
  useEffect(() => {
    if (!isAll) setWanted("");
  }, [isAll]);
  const count = isOn ? known.count : chosen.length;
  const body = isOn ? { filter: filterOf(narrowed) } : { [ids]: chosen.map(({ id }) => id) };
  const isOffered = known !== null && isAll && !isOn;
  // Of orders nobody counts further than that.
  const isTooMany = known !== null && (known.count ?? Infinity) > MOST;
  return {
    meant: { body, count },
    label: t(isOn ? words.every : words.chosen, { count }),
    offer: isOffered ? t(isTooMany ? words.tooMany : words.offer, { count: known.count }) : "",
    choose: isTooMany ? null : () => setWanted(address),
  };
}
