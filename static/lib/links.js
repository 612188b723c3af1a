// @ts-check
// What people typed may become a link only when it is plain http(s); anything else stays text.

/** The address, or null when it is not http(s). @param {string} text */
export function safeHref(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
