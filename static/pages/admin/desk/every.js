// @ts-check
// All rows that the filter of a list matches, loaded or not, as what is to be changed.

import { withQuery } from "../../../lib/api.js";
import { useEffect, useState } from "../../../lib/dom.js";
import { useAnswer } from "../../../lib/load.js";

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

/** Offered once all loaded rows are chosen and more of them follow. It holds until one of them is not, or another
 * filter counts.
 * @param {string} path of the list @param {Record<string, string>} narrowed
 * @param {import("../../../lib/load.js").Listing} list @param {import("../../../ui/selection.js").Selection} selection
 * @param {(count: number | null) => string} say how many they are; null: more than can be changed at once */
export function useEvery(path, narrowed, list, selection, say) {
  const address = withQuery(`${path}/count`, narrowed);
  const [wanted, setWanted] = useState("");
  const { chosen } = selection;
  const isAll = list.more && chosen.length > 0 && chosen.length === list.items.length;
  const known = useAnswer(isAll ? address : null).data;
  const isOn = isAll && known !== null && wanted === address;
  useEffect(() => {
    if (!isAll) setWanted("");
  }, [isAll]);
  return {
    offer: known && isAll && !isOn ? say(known.count) : "",
    choose: known?.count === null ? null : () => setWanted(address),
    filter: isOn ? filterOf(narrowed) : null,
    count: known?.count ?? 0,
  };
}
