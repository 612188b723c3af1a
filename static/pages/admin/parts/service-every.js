// @ts-check
// All services that the filter of the list matches, loaded or not, as what is to be changed.

import { withQuery } from "../../../lib/api.js";
import { useEffect, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";

/** What the address says, as the API takes it. @param {Record<string, string>} narrowed */
function filterOf({ search, category, paused, active, loss, provider_id }) {
  const flag = (/** @type {string} */ word) => (word ? word === "true" : undefined);
  return {
    search: search || undefined,
    category: category || undefined,
    provider_id: provider_id ? Number(provider_id) : undefined,
    paused: flag(paused),
    active: flag(active),
    loss: flag(loss),
  };
}

/** Offered once all loaded rows are chosen and more of them follow. It holds until one of them is not, or another
 * filter counts. @param {Record<string, string>} narrowed @param {import("../../../lib/load.js").Listing} list
 * @param {import("../../../ui/selection.js").Selection} selection */
export function useEvery(narrowed, list, selection) {
  const address = withQuery("/api/admin/services/count", narrowed);
  const [wanted, setWanted] = useState("");
  const { chosen } = selection;
  const isAll = list.more && chosen.length > 0 && chosen.length === list.items.length;
  const known = useAnswer(isAll ? address : null).data;
  const isOn = isAll && known !== null && wanted === address;
  useEffect(() => {
    if (!isAll) setWanted("");
  }, [isAll]);
  return {
    offer: known && isAll && !isOn ? t("services.choose_every", { count: known.count }) : "",
    choose: () => setWanted(address),
    filter: isOn ? filterOf(narrowed) : null,
    count: known?.count ?? 0,
  };
}
