import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { valuesOf } from "../../../static/lib/again.js";
import { marginPercent } from "../../../static/lib/margin.js";
import { charge, converted, discounted, isBelow, refund, thousandths } from "../../../static/lib/money.js";
import { safeHref } from "../../../static/lib/match.js";
import { find, match } from "../../../static/lib/match.js";
import { bodyOf, countLines, dayAhead, linkOf, problemIn, quantityOf } from "../../../static/lib/order-fields.js";
import { filtered } from "../../../static/lib/services.js";
import { ago, countdown, date, day, daysBefore, duration, moment, shortDay, span } from "../../../static/lib/time.js";
import { LISTED, PACKAGE, POLL, service as sold, SUBSCRIPTION } from "./service.mjs";

/** What the server calculates too: its own tests read the same file. */
const {
  charges: CHARGES,
  converted: CONVERTED,
  lines: LINES,
  refunds: REFUNDS,
} = JSON.parse(readFileSync(new URL("../cases/prices.json", import.meta.url), "utf8"));

const service = (change = {}) => sold({ name: "A", category: "C", ...change });

test("a margin is rounded to the nearest, as the server's, below zero too", () => {
  const margins = [
    ["15", "10", 50],
    ["2", "3", -33],
    ["1", "3", -67],
    ["10.4", "10", 4],
    ["10.45", "10", 5],
    ["9.95", "10", 0],
    ["9.949", "10", -1],
  ];
  for (const [rate, cost, percent] of margins) assert.equal(marginPercent(rate, cost), percent, `${rate} of ${cost}`);
  assert.equal(marginPercent("1", "0"), null);
  assert.equal(marginPercent("1", null), null);
});

test("rates are read exactly or not at all", () => {
  assert.equal(thousandths("12000"), 12_000_000n);
  assert.equal(thousandths("2.5"), 2500n);
  for (const text of ["", "-1", "1.2345", "1,5", " 1", "0x10"]) assert.equal(thousandths(text), null, text);
  assert.equal(discounted("12000", 3), "11640");
  assert.equal(discounted("2.5", 3), "2.425");
  assert.equal(discounted("0.001", 50), "0.001");
});

test("another currency is converted as the server does it, and a loss is seen", () => {
  for (const [price, exchange, cost] of CONVERTED) assert.equal(converted(price, exchange), cost, price);
  assert.equal(isBelow("32.5", "24000"), true);
  assert.equal(isBelow("24000", "24000"), false);
  assert.equal(isBelow("1", null), false);
});

test("a charge is exact, rounded once and upward, at least 1", () => {
  for (const { rate_per, rate, quantity, discount, charge: due } of CHARGES)
    assert.equal(charge(service({ rate_per, rate }), quantity, discount), due, rate);
  assert.equal(charge(service({ rate: "999999999999.999" }), 1_000_000_000, 0), 999_999_999_999_999_000);
  for (const quantity of [0, -1, 1.5, Number.NaN]) assert.equal(charge(service(), quantity, 0), null);
  assert.equal(charge(service({ rate: "1e3" }), 10, 0), null);
});

test("a refund is rounded down, and never more than is left", () => {
  for (const { status, remains, refund: due, ...order } of REFUNDS)
    assert.equal(refund(order, status, remains), due, `${status} ${remains}`);
});

test("an order says what the fields of its service ask for, and how many units that is", () => {
  for (const [text, count] of LINES) assert.equal(countLines(text), count, JSON.stringify(text));
  const typed = { link: " x.vn/a ", quantity: "1.000", usernames: "a\n\nb", answer_number: "2", comments: "nice" };
  const asked = (change) => [quantityOf(service(change), typed), bodyOf(service(change), typed)];
  const common = { service_id: 7, link: "https://x.vn/a" };
  assert.deepEqual(asked({}), [1000, { ...common, quantity: 1000 }]);
  assert.deepEqual(asked(PACKAGE), [1, common]);
  assert.deepEqual(asked(LISTED), [2, { ...common, usernames: "a\n\nb" }]);
  assert.deepEqual(asked(POLL), [1000, { ...common, quantity: 1000, answer_number: 2 }]);
  assert.equal(quantityOf(service(), { quantity: "many" }), null);
  assert.equal(linkOf(service(), { link: "a b" }), "");
});

test("an order is bought once more with all it was given, but for a time that is over", () => {
  const hour = 3_600_000;
  const order = {
    service_id: 7,
    link: "https://x.vn/a",
    quantity: 100,
    comments: "a\nb",
    params: { minutes: 30, old_posts: null },
    runs: 3,
    interval: 0,
    start_at: new Date(Date.now() - hour).toISOString(),
  };
  const values = valuesOf(order);
  const given = { link: "https://x.vn/a", quantity: "100", comments: "a\nb", minutes: "30", runs: "3", interval: "0" };
  assert.deepEqual(values, { ...given, service: "7" });
  const once = valuesOf({ ...order, runs: null, interval: null, start_at: "2099-01-01T01:30:00Z" });
  assert.deepEqual([once.runs, once.start_at], [undefined, "2099-01-01T08:30"]);
  const expiry = (text) => valuesOf({ ...order, params: { expiry: text } }).expiry;
  assert.deepEqual([dayAhead(0), dayAhead(1)].map(expiry), ["", dayAhead(1)]);
});

test("a subscription is for the most of each of its posts, and names no link", () => {
  const typed = {
    username: "ten",
    max: "1.000",
    posts: "4",
    old_posts: "",
    expiry: "2026-12-31",
    link: "https://x.vn",
  };
  const units = (change) => quantityOf(service(SUBSCRIPTION), { ...typed, ...change });
  assert.equal(units({}), 4000);
  assert.equal(units({ old_posts: "2" }), 6000);
  for (const change of [{ max: "" }, { posts: "x" }, { old_posts: "x" }]) assert.equal(units(change), null);
  const body = { service_id: 7, username: "ten", max: 1000, posts: 4, old_posts: undefined, expiry: "2026-12-31" };
  assert.deepEqual(bodyOf(service(SUBSCRIPTION), typed), body);
  const expiry = SUBSCRIPTION.fields.find(({ kind }) => kind === "date");
  for (const [days, fits] of /** @type {[number, boolean][]} */ ([
    [0, false],
    [1, true],
    [90, true],
    [91, false],
  ]))
    assert.equal(problemIn(expiry, dayAhead(days)) === null, fits, `${days}`);
  assert.equal(problemIn(expiry, "31/12/2026")?.key, "rule.day_ahead");
});

test("only plain http(s) becomes a link", () => {
  assert.equal(safeHref("https://x.vn/a?b=c"), "https://x.vn/a?b=c");
  for (const text of [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "//x.vn",
    "ten",
    "",
    "mailto:a@b.c",
  ]) {
    assert.equal(safeHref(text), null, text);
  }
});

test("times are shown in the panel's zone", () => {
  assert.match(moment("vi", "2026-11-25T18:30:00Z"), /01:30.*26\/11\/2026/);
  assert.equal(day(new Date("2026-11-25T17:00:00Z")), "2026-11-26");
  assert.equal(daysBefore(new Date("2026-03-01T00:00:00Z"), 1), "2026-02-28");
  assert.equal(shortDay("vi", "2026-11-25"), "25/11");
  assert.equal(shortDay("en", "2026-11-25"), "25 Nov");
  assert.equal(moment("en", "2026-11-30T21:25:00Z"), "1 Dec 2026, 04:25");
  assert.equal(countdown(3_661_000), "1:01:01");
  assert.equal(countdown(61_999), "01:01");
  assert.equal(countdown(-5), "00:00");
  assert.equal(ago("en", "2026-11-25T00:00:00Z", Date.parse("2026-11-25T02:10:00Z")), "2 hours ago");
  for (const [seconds, en, vi] of [
    [0, "0 seconds", "0 giây"],
    [59, "59 seconds", "59 giây"],
    [60, "1 minute", "1 phút"],
    [5400, "1.5 hours", "1,5 giờ"],
    [86_399, "24 hours", "24 giờ"],
    [260_000, "3 days", "3 ngày"],
  ])
    assert.deepEqual([duration("en", seconds), duration("vi", seconds)], [en, vi]);
});

test("an address names its page and what stands in it", () => {
  const routes = ["/", "/orders", "/orders/:id", "/admin/users/:id"].map((pattern) => ({
    pattern,
    load: async () => {},
  }));
  const found = (path) => {
    const hit = find(routes, path);
    return hit && [hit.route.pattern, hit.params];
  };
  assert.deepEqual(found("/"), ["/", {}]);
  assert.deepEqual(found("/orders/"), ["/orders", {}]);
  assert.deepEqual(found("/orders/7"), ["/orders/:id", { id: "7" }]);
  assert.deepEqual(found("/admin/users/a%20b"), ["/admin/users/:id", { id: "a b" }]);
  assert.equal(found("/orders/7/x"), null);
  assert.equal(found("/nowhere"), null);
  assert.deepEqual(match("/orders/:id", "/orders/%E0%A4%A"), { id: "%E0%A4%A" });
});

test("a service is found by its number before those whose names hold it", () => {
  const sold = [
    service({ id: 3, name: "Gói 12 bình luận" }),
    service({ id: 112, name: "Tăng like" }),
    service({ id: 12, name: "Theo dõi", category: "D" }),
    service({ id: 5, name: "Like 12 giờ" }),
  ];
  const ids = (search, more = {}) => filtered(sold, { search, ...more }).map(({ id }) => id);
  assert.deepEqual(ids("12"), [12, 3, 5]);
  assert.deepEqual(ids(" 12 "), [12, 3, 5]);
  for (const spelled of ["#12", " #12 ", "# 12"]) assert.deepEqual(ids(spelled), [12], spelled);
  assert.deepEqual(ids("#1"), []);
  assert.deepEqual(ids("12 like"), [5]);
  assert.deepEqual(ids("tang like"), [112]);
  assert.deepEqual(ids(""), [3, 112, 12, 5]);
  assert.deepEqual(ids("12", { category: "C" }), [3, 5]);
});

test("a span of time leaves out what there is none of", () => {
  const said = [5, 60, 65, 1440, 1505].map((minutes) => [span("vi", minutes), span("en", minutes)]);
  assert.deepEqual(said, [
    ["5 phút", "5 minutes"],
    ["1 giờ", "1 hour"],
    ["1 giờ và 5 phút", "1 hour and 5 minutes"],
    ["1 ngày", "1 day"],
    ["1 ngày, 1 giờ và 5 phút", "1 day, 1 hour and 5 minutes"],
  ]);
});

test("a day is written in full as every moment is", () => {
  assert.deepEqual([date("vi", "2027-02-07"), date("en", "2027-02-07")], ["07/02/2027", "7 Feb 2027"]);
  assert.equal(date("en", "soon"), "soon");
});
