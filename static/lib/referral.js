// @ts-check
// The code of whoever sent a visitor here, kept until the visitor signs up or closes the tab.

import { tab } from "./store.js";

const KEPT = "referral";

/** Remembers `?ref=CODE` of the address. */
export function remember() {
  const code = new URLSearchParams(location.search).get("ref");
  if (code) tab.set(KEPT, code);
}

export const remembered = () => tab.get(KEPT) ?? "";
export const forget = () => tab.remove(KEPT);
