import assert from "node:assert/strict";
import { test } from "node:test";
import { agent } from "../../../static/lib/agent.js";

const ON_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
const ON_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const ON_ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko)";

test("browsers and systems are named as people know them", () => {
  for (const [text, browser, system] of [
    [`${ON_WINDOWS} Chrome/131.0.0.0 Safari/537.36`, "Chrome", "Windows"],
    [`${ON_WINDOWS} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`, "Edge", "Windows"],
    [`${ON_WINDOWS} Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0`, "Opera", "Windows"],
    [`${ON_WINDOWS} coc_coc_browser/130.0.0 Chrome/124.0.0.0 Safari/537.36`, "Cốc Cốc", "Windows"],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox", "Linux"],
    [`${ON_IPHONE} Version/18.1 Mobile/15E148 Safari/604.1`, "Safari", "iPhone"],
    [`${ON_IPHONE} CriOS/131.0.0.0 Mobile/15E148 Safari/604.1`, "Chrome", "iPhone"],
    [`${ON_IPHONE} Mobile/15E148 Zalo iOS/683`, "Zalo", "iPhone"],
    [`${ON_ANDROID} Chrome/131.0.0.0 Mobile Safari/537.36`, "Chrome", "Android"],
    [`${ON_ANDROID} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`, "Samsung Internet", "Android"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
      "Safari",
      "macOS",
    ],
    ["curl/8.5.0", "curl", null],
    ["python-requests/2.32", "Python", null],
    ["something else", null, null],
    ["", null, null],
    [null, null, null],
  ])
    assert.deepEqual(agent(text), { browser, system }, text);
});
