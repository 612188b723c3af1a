// @ts-check
// What a browser calls itself, in words that people know. The order matters: most pretend to be others as well.

/** @type {[RegExp, string][]} */
const BROWSERS = [
  [/\bZalo\b/, "Zalo"],
  [/\b(FBAN|FBAV)\b/, "Facebook"],
  [/\bcoc_coc_browser\//, "Cốc Cốc"],
  [/\b(EdgA?|EdgiOS|Edge)\//, "Edge"],
  [/\b(OPR|OPiOS|Opera)\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
  [/^(python|Python)/, "Python"],
  [/^PostmanRuntime\//, "Postman"],
];

/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/\bWindows\b/, "Windows"],
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** @param {[RegExp, string][]} known @param {string} text */
const first = (known, text) => known.find(([pattern]) => pattern.test(text))?.[1] ?? null;

/** Browser and system, each null where it is none that is known. @param {string | null} text a `User-Agent` */
export const agent = (text) => ({ browser: first(BROWSERS, text ?? ""), system: first(SYSTEMS, text ?? "") });
