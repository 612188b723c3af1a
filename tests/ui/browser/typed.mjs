// What hostile people type, and what must not become of it.
import { readFileSync } from "node:fs";

export const HOSTILE = '"><img src=x onerror=alert(1)>';
export const TURNED = "\u202Egnp.exe 😈";
export const SCRIPT = "javascript:alert(1)";
/** As long as a link may be, and one thing. */
export const LONG = `https://example.com/${"x".repeat(1980)}`;
export const ALL = [HOSTILE, TURNED, SCRIPT, LONG];

/** What was typed and became more than text, or reorders the text around it. */
export const markup = (page) =>
  page.evaluate(() => {
    const found = [...document.querySelectorAll('[src="x"], [onerror], a[href^="javascript" i]')];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data, parentElement } = texts.currentNode;
      if (data.includes("\u202E") && !parentElement?.closest("bdi, textarea, option, script"))
        found.push(parentElement);
    }
    return found.map((element) => element?.outerHTML.slice(0, 200));
  });

export const settled = (page) =>
  page.waitForFunction(() => document.querySelector("h1") && !document.querySelector(".waiting"));

/** By how much a page is wider than its window. */
export const tooWide = (page) => page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);

/** The addresses of a panel's pages that name no single thing. */
const pages = (panel) => {
  const code = readFileSync(new URL(`../../../static/${panel}.js`, import.meta.url), "utf8");
  const patterns = [...code.matchAll(/pattern: "([^"]+)"/g)].map(([, pattern]) => pattern);
  return patterns.filter((pattern) => !pattern.includes(":"));
};

/** The pages of each reader, for what has to hold on all of them. */
export const GUEST = [
  "/?service=1",
  "/login",
  "/register",
  "/services",
  "/setup",
  "/forgot",
  "/confirm-email",
  "/admin",
];
export const CUSTOMER = pages("app").filter((page) => !["/login", "/register", "/setup", "/forgot"].includes(page));
export const ADMINS = pages("admin");
