// Many orders as text: every way to part the columns, to order them and to write the numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { good, judged, parse, without, wishOf } from "../../../static/lib/mass-order.js";
import { SPELLINGS } from "../cases/numbers.mjs";
import { LISTED, PACKAGE, POLL, service, SUBSCRIPTION } from "./service.mjs";

const short = ({ number, link, quantity, problem }) => [number, link, quantity, problem?.key ?? ""];
const read = (text, ...services) => parse(text, services.length ? services : [service()]).map(short);
const problems = (text, change) => parse(text, [service(change)]).map((line) => line.problem?.key ?? "");

const GOOD = [1, "https://x.vn/a", 1000, ""];

test("columns are parted by |, ; or tabs, the link before or behind the quantity, or first of all", () => {
  for (const sign of ["|", " | ", ";", "; ", "\t", " \t "])
    for (const cells of [
      ["7", "https://x.vn/a", "1000"],
      ["7", "1000", "https://x.vn/a"],
      ["https://x.vn/a", "7", "1000"],
      ["#7", "https://x.vn/a", "1000"],
    ])
      assert.deepEqual(read(cells.join(sign)), [GOOD], cells.join(sign));
});

test("a quantity is read as in every other field", () => {
  for (const typed of ["1.000", "1,000", "1 000", "1000.00", "1.000,00"])
    assert.deepEqual(read(`7\thttps://x.vn/a\t${typed}`), [GOOD], typed);
  assert.deepEqual(problems("7 | https://x.vn/a | 2.5"), ["number.fraction"]);
  assert.deepEqual(problems("7 | 2,5 | https://x.vn/a"), ["number.fraction"]);
  assert.deepEqual(problems("7 | https://x.vn/a | 1.000.50"), ["number.unclear"]);
  assert.deepEqual(problems("7 | https://x.vn/a | 2k"), ["number.not_a_number"]);
  assert.deepEqual(problems("7 | https://x.vn/a | many"), ["number.no_digits"]);
  assert.deepEqual(problems("7 | https://x.vn/a | -1000"), ["number.negative"]);
});

test("every spelling of a quantity means what it means in a field", () => {
  const anyNumber = service({ min_quantity: 0, max_quantity: Number.MAX_SAFE_INTEGER });
  // A cell is trimmed, and holds no sign that parts cells or lines.
  const tried = SPELLINGS.filter(([typed]) => typed.trim() && !/[\n\r\t|;]/.test(typed));
  assert.ok(tried.length > 50, `${tried.length}`);
  for (const [typed, asWhole] of tried) {
    const [line] = parse(`ID\tLink\tQuantity\n7\thttps://x.vn/a\t${typed}`, [anyNumber]);
    const said = line.problem ? `!${line.problem.key.replace("number.", "")}` : String(line.quantity);
    assert.equal(said, asWhole, JSON.stringify(typed));
  }
});

test("headings are no order, in either language, and say where the columns are", () => {
  const first = ["ID\tLink\tQuantity", "Mã dịch vụ\tLiên kết\tSố lượng", "service_id | link | quantity"];
  for (const line of first) assert.deepEqual(read(`${line}\n7\thttps://x.vn/a\t1000`), [[2, ...GOOD.slice(1)]], line);
  const turned = "Link\tSố lượng\tMã dịch vụ\tGhi chú\nhttps://x.vn/a\t1.000\t7\tgấp";
  assert.deepEqual(read(turned), [[2, ...GOOD.slice(1)]]);
  assert.deepEqual(read("STT\tDịch vụ\tLink\tSL\n1\t7\thttps://x.vn/a\t1.000"), [[2, ...GOOD.slice(1)]]);
  assert.deepEqual(problems("some | words | here"), ["mass_order.problem.no_service"]);
});

test("rows of a spreadsheet have empty cells at their ends, and lines of any ending", () => {
  assert.deepEqual(read("\ufeff7\thttps://x.vn/a\t1000\t\t\r\n\t\t\r\n7\t1000\thttps://x.vn/b\t"), [
    GOOD,
    [3, "https://x.vn/b", 1000, ""],
  ]);
});

test("a link may hold the sign that parts the columns", () => {
  assert.deepEqual(read("7;https://x.vn/a;b=1;1000"), [[1, "https://x.vn/a;b=1", 1000, ""]]);
  assert.deepEqual(read("7|1000|https://x.vn/a|b"), [[1, "https://x.vn/a|b", 1000, ""]]);
});

test("a link is read as in the form: without scheme, in a shared text, with what nobody sees around or inside", () => {
  assert.deepEqual(read("7 | tiktok.com/@x | 1000"), [[1, "https://tiktok.com/@x", 1000, ""]]);
  assert.deepEqual(read("7 | Xem https://x.vn/a nhé | 1000"), [GOOD]);
  assert.deepEqual(read("7 |\u200bhttps://x.vn/a\u200b| 1000"), [GOOD]);
  assert.deepEqual(problems("7 | https://x.vn/\u200ba | 1000"), ["link.hidden"]);
  assert.deepEqual(problems(`7 | https://x.vn/${"a".repeat(2048)} | 100`), ["link.too_long"]);
  assert.deepEqual(problems("7 | ten | 100"), ["link.no_address"]);
  assert.deepEqual(problems("7 | javascript:alert(1) | 100"), ["link.no_address"]);
  assert.deepEqual(problems("7 |  | 100"), ["link.none"]);
  assert.deepEqual(problems("7 | ten | 100", { link_kind: "handle" }), [""]);
  assert.deepEqual(problems("7 | 12345 | 100", { link_kind: "handle" }), [""]);
});

test("each bad line says what is wrong with it", () => {
  assert.deepEqual(problems("7 | a"), ["mass_order.problem.three_parts"]);
  assert.deepEqual(problems("7 https://x.vn/a 100"), ["mass_order.problem.three_parts"]);
  assert.deepEqual(problems("7 | a | 1 | 2"), ["mass_order.problem.three_parts"]);
  assert.deepEqual(problems("7\ta\t1\tnote"), ["mass_order.problem.three_parts"]);
  assert.deepEqual(problems("x | https://x.vn | 100"), ["mass_order.problem.no_service"]);
  assert.deepEqual(problems("8 | https://x.vn | 100"), ["mass_order.problem.no_service"]);
  assert.deepEqual(problems("7 | https://x.vn | 9"), [""], "whether it is enough the panel says");
  assert.deepEqual(problems("7 | https://x.vn | 100", LISTED), ["mass_order.problem.needs_lines"]);
  assert.deepEqual(problems("7 | https://x.vn | 100", SUBSCRIPTION), ["mass_order.problem.needs_lines"]);
  assert.equal(parse("7 | https://x.vn | 5", [service(PACKAGE)])[0].quantity, 1);
});

test("a bad line shows what it holds under the right headings", () => {
  assert.deepEqual(read("8 | https://x.vn/a | 1.000")[0], [1, "https://x.vn/a", 1000, "mass_order.problem.no_service"]);
  assert.deepEqual(read("7 | 1000 | ten")[0], [1, "ten", 1000, "link.no_address"]);
  assert.deepEqual(read("7 | https://x.vn/a | 2k")[0], [1, "https://x.vn/a", 0, "number.not_a_number"]);
  assert.deepEqual(read("7 https://x.vn/a 100")[0], [1, "", 0, "mass_order.problem.three_parts"]);
});

test("the panel is asked about every line that can be read, and its answers stand beside them", () => {
  const poll = service({ ...POLL, id: 8 });
  const text = [
    "7 | https://x.vn/a | 1000",
    "nonsense",
    "7 | https://x.vn/c | 1",
    "8 | https://x.vn/a | 1000 | 2",
    "8 | https://x.vn/c | 1000 | 500",
  ].join("\n");
  const lines = parse(text, [service(), poll]);
  assert.deepEqual(
    good(lines).map((line) => line.number),
    [1, 3, 4],
  );
  assert.deepEqual(wishOf(lines[3]), { service_id: 8, link: "https://x.vn/a", quantity: 1000, answer_number: 2 });
  const refusal = { code: "validation_failed", errors: [{ field: "quantity" }] };
  const said = judged(lines, [{ charge: 12_000 }, { error: refusal }, { charge: 700 }]);
  assert.deepEqual(
    said.map(({ charge, problem }) => charge ?? problem.about.refusal?.problem ?? problem.key),
    [12_000, "mass_order.problem.three_parts", refusal, 700, "mass_order.problem.field"],
  );
});

test("more lines than the panel takes at once wait for the next time", () => {
  const text = Array.from({ length: 1002 }, (_, at) => `7 | https://x.vn/${at} | 1000`).join("\n");
  const lines = parse(`nonsense\n${text}`, [service()]);
  assert.equal(good(lines).length, 1000);
  assert.deepEqual(
    lines.slice(-2).map((line) => line.problem),
    Array(2).fill({ key: "mass_order.problem.too_many", about: { most: 1000 } }),
  );
});

test("what was bought leaves the text, and nothing else does", () => {
  assert.equal(without("ID\tLink\tSL\r\n7\ta\t1\r\n\r\n7\tb\tx\n7\tc\t1", [2, 5]), "ID\tLink\tSL\n\n7\tb\tx");
});

test("what a type needs besides stands at the end of the line", () => {
  for (const text of ["7 | https://x.vn/a | 1.000 | 2", "7\t1000\thttps://x.vn/a\t2"]) {
    const [line] = parse(text, [service(POLL)]);
    assert.deepEqual([...short(line), line.fields], [...GOOD, { answer_number: 2 }], text);
  }
  const about = { field: "answer_number" };
  const problem = (text) => parse(text, [service(POLL)])[0].problem;
  assert.deepEqual(problem("7 | https://x.vn/a | 1000"), { key: "mass_order.problem.lacks", about });
  for (const [typed, why] of [
    ["two", { key: "number.no_digits", about: {} }],
    ["500", { key: "number.too_large", about: { max: "100" } }],
    ["0", { key: "number.too_small", about: { min: "1" } }],
    ["2,5", { key: "number.fraction", about: {} }],
  ])
    assert.deepEqual(
      problem(`7 | https://x.vn/a | 1000 | ${typed}`),
      { key: "mass_order.problem.field", about: { ...about, why } },
      typed,
    );
  assert.deepEqual(problems("7\thttps://x.vn/a\t1000\t2\t3", POLL), ["mass_order.problem.three_parts"]);
});

test("another platform, a running order and a link that comes twice are warned of, and still sent", () => {
  const text = [
    "7|https://youtu.be/a|1000",
    "7|https://x.vn/a|1000",
    "7|https://www.x.vn/a/|1000",
    "7|https://x.vn/b|10",
  ];
  const lines = parse(text.join("\n"), [service()], new Map([["x.vn/b", 297]]));
  assert.deepEqual(
    lines.map((line) => line.warning),
    [
      { key: "link.other_platform", about: { platform: "YouTube" } },
      null,
      { key: "link.repeated", about: { line: 2 } },
      { key: "link.running", about: { id: 297 } },
    ],
  );
  assert.ok(lines.every((line) => !line.problem));
});
