// What an entry of the audit log changed: of a secret only that it is another one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, isReplaced, shown } from "../../../static/pages/admin/parts/audit-values.js";

test("a replaced secret has no values, whoever wrote it down", () => {
  const key = differences({ before: { name: "A" }, after: { name: "A", api_key: "replaced" } });
  assert.deepEqual([key.map(({ path }) => path), key.map(isReplaced)], [["api_key"], [true]]);
  const settings = differences({ before: {}, after: { replaced: ["sepay.secret"] } });
  assert.deepEqual([settings.map(({ path }) => path), settings.map(isReplaced)], [["sepay.secret_set"], [true]]);
});

test("what is only called so, or was given for the first time, is no secret", () => {
  const [name] = differences({ before: { name: "A" }, after: { name: "replaced" } });
  assert.equal(isReplaced(name), false);
  const [given] = differences({ before: { "sepay.secret_set": false }, after: { "sepay.secret_set": true } });
  assert.equal(isReplaced(given), false);
});

test("whom a service is shown to is one change, by names", () => {
  const entry = {
    subject: "service:1",
    viewers: { 3: "lan", 5: "mai" },
    before: { visible_to: [3] },
    after: { visible_to: [3, 5, 7] },
  };
  const [one, ...rest] = differences(entry);
  assert.deepEqual([one.path, rest], ["visible_to", []]);
  assert.deepEqual([shown(entry, one.path, one.before), shown(entry, one.path, one.after)], ["lan", "lan, mai, #7"]);
  assert.equal(shown(entry, "visible_to", []), "audit.everybody");
});

test("a moment is told by the panel's clock, and not as it is kept", () => {
  const entry = {
    subject: "backup:x",
    before: null,
    after: { parked_orders: 0, reaches_until: "2026-11-21T18:30:05Z" },
  };
  const until = differences(entry).find(({ path }) => path === "reaches_until");
  assert.match(shown(entry, "reaches_until", until?.after), /01:30:05.*22\/11\/2026/);
});
