// The parts of a long import are one row of the audit log, and nothing else is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { folded } from "../../../static/pages/admin/parts/audit-fold.js";

const START = Date.parse("2026-11-28T10:00:00.000Z");
/** The parts of an import, newest first, two seconds apart. */
const parts = (count, change = {}) =>
  Array.from({ length: count }, (_, at) => ({
    id: count - at,
    actor: "boss",
    action: "service.import",
    subject: "provider:1",
    created_at: new Date(START + (count - at) * 2000).toISOString(),
    after: { markup_percent: 30, services: [{ id: 2 * (count - at) }, { id: 2 * (count - at) + 1 }] },
    ...change,
  }));

test("an import of a hundred parts is one row with all services, in their order", () => {
  const [row, ...others] = folded(parts(100));
  assert.deepEqual(others, []);
  assert.equal(row.id, 100);
  assert.deepEqual(
    row.after.services.map(({ id }) => id),
    Array.from({ length: 200 }, (_, at) => at + 2),
  );
});

test("what is another's, of another provider, at other prices, of another time or of another kind stays apart", () => {
  const [one] = parts(1);
  for (const other of [
    { actor: "mai" },
    { subject: "provider:2" },
    { after: { markup_percent: 40, services: [] } },
    { created_at: new Date(START - 3_600_000).toISOString() },
    { action: "service.change", after: { rate: "1" } },
  ])
    assert.equal(folded([one, { ...one, id: 0, ...other }]).length, 2, JSON.stringify(other));
  const between = { ...one, action: "settings.change", after: {} };
  assert.equal(folded([one, between, one]).length, 3);
});
