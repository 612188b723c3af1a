import { defineConfig } from "@playwright/test";

// Debian's Chromium; as root it needs --no-sandbox, and the rest keeps it from asking for hosts of its maker.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// Most journeys are made in two looks. `ONE_LOOK=1` makes each in one of them, by its first letter.
const OTHER_LOOK = /\.spec\.mjs (?:[a-h].* in English on a dark phone|[i-z].* in Vietnamese on a desk)$/;

export default defineConfig({
  testDir: "browser",
  outputDir: "results",
  workers: 3,
  // On a busy machine; what needed it is named "flaky" at the end.
  retries: 1,
  fullyParallel: true,
  forbidOnly: true,
  grepInvert: process.env.ONE_LOOK ? OTHER_LOOK : undefined,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS },
    locale: "vi-VN",
    timezoneId: "Europe/London",
  },
});
