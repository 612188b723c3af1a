// @ts-check
// The code of whoever sent a visitor here, kept until the visitor signs up or closes the tab.

const KEPT = "referral";

/** Remembers `?ref=CODE` of the address. */
export function remember() {
  const code = new URLSearchParams(location.search).get("ref");
  if (code) sessionStorage.setItem(KEPT, code.slice(0, 32));
}

export const remembered = () => sessionStorage.getItem(KEPT) ?? "";
export const forget = () => sessionStorage.removeItem(KEPT);
