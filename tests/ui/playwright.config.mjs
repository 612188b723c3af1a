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

export default defineConfig({
  testDir: "browser",
  outputDir: "results",
  workers: 3,
  // On a busy machine; what needed it is named "flaky" at the end.
  retries: 1,
  fullyParallel: true,
  forbidOnly: true,
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
