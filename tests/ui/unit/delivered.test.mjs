import assert from "node:assert/strict";
import { test } from "node:test";
import { delivered, endsInPart, progress } from "../../../static/lib/delivered.js";

const of = (status, remains = null, more = {}) => {
  const { done, all } = delivered({ status, quantity: 1000, remains, ...more });
  return [done, all];
};

test("nothing ran of an order that was not begun or did not come to be", () => {
  assert.deepEqual(of("pending"), [0, 1000]);
  assert.deepEqual(of("canceled"), [0, 1000]);
});

test("what is known to be left counts, whatever became of the order", () => {
  for (const status of ["in_progress", "processing", "partial", "canceled"]) {
    assert.deepEqual(of(status, 400), [600, 1000], status);
    assert.deepEqual(of(status, 5000), [0, 1000], status);
    assert.deepEqual(of(status, -5), [1000, 1000], status);
  }
});

test("what nobody counted is not known; a completed order came whole, with all its runs", () => {
  for (const status of ["in_progress", "processing"]) assert.deepEqual(of(status), [null, 1000], status);
  assert.deepEqual(of("completed"), [1000, 1000]);
  assert.deepEqual(of("completed", 7), [1000, 1000]);
  assert.deepEqual(of("completed", null, { runs: 3 }), [3000, 3000]);
  assert.deepEqual(of("in_progress", 500, { runs: 3 }), [2500, 3000]);
});

test("a drip-feed counts its runs while more may come, then what they brought", () => {
  const feed = (status, remains) => {
    const { done, all } = progress({ status, quantity: 100, remains, runs: 3, runs_done: 3 });
    return [done, all];
  };
  assert.deepEqual(feed("in_progress", 0), [3, 3]);
  assert.deepEqual(feed("canceled", 300), [0, 300], "runs that were canceled are over, too");
  assert.deepEqual(feed("partial", 100), [200, 300]);
  assert.deepEqual(feed("completed", 0), [300, 300]);
});

test("runs that do not begin are paid back for, but not of what somebody calls completed", () => {
  const ends = (status, stopped) => endsInPart({ status, runs_stopped: stopped });
  for (const status of ["in_progress", "partial"]) {
    assert.equal(ends(status, "canceled_by_customer"), true, status);
    assert.equal(ends(status, null), false, status);
  }
  for (const status of ["completed", "canceled"]) assert.equal(ends(status, "canceled_by_admin"), false, status);
});
