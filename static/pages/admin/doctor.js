// @ts-check
import { post } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { exactMoment, has, number, t } from "../../lib/i18n.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Table } from "../../ui/table.js";

/** The gravest first. */
const LEVELS = ["failing", "warning", "ok"];
const TONES = /** @type {Record<string, string>} */ ({ ok: "green", warning: "yellow", failing: "red" });

/** What the menu calls a page, and what of the settings is meant. @param {string} path */
function named(path) {
  const [page, section] = path.split("#");
  const name = t(`menu.${page.split("/")[2] ?? "dashboard"}`);
  return section ? `${name}: ${t(`settings.${section}`)}` : name;
}

/** What tells of SePay's list; the rest is about its notices. */
const OF_LIST = ["sepay_fails", "sepay_unreached"];

/** What was looked at; of SePay two things are. @param {{check: string, finding: {code: string}}} row */
function looked({ check, finding: { code } }) {
  if (check !== "sepay" || code === "no_bank") return t(`check.${check}`);
  return t(OF_LIST.includes(code) ? "doctor.sepay_list" : "doctor.sepay_webhook");
}

/** @returns {import("../../ui/table.js").Column[]} */
const columns = () => [
  {
    label: t("doctor.what"),
    cell: (row) => html`
      <div>${looked(row)}</div>
      <span class=${`badge status-${TONES[row.level]}`}>${t(`doctor.${row.level}`)}</span>`,
  },
  {
    label: t("doctor.how"),
    wide: true,
    cell: (row) => html`<bdi class="text-break">${t(`finding.${row.finding.code}`, row.finding.values)}</bdi>`,
  },
  {
    label: t("doctor.todo"),
    wide: true,
    cell: (row) => {
      const key = `remedy.${row.finding.code}`;
      const link = row.path && html`<div><a href=${row.path}>${named(row.path)}</a></div>`;
      return has(key) ? html`<span class="text-break">${t(key, row.finding.values)}</span>${link}` : "–";
    },
  },
];

/** How many things are how. @param {{items: any[]}} props */
const Counts = ({ items }) => html`
  <div class="btn-list mt-1">
    ${LEVELS.map((level) => {
      const count = items.filter((one) => one.level === level).length;
      return html`<span key=${level} class=${`badge status-${TONES[level]}`}>
        ${t(`doctor.${level}`)}: ${number(count)}</span>`;
    })}
  </div>`;

/** The gravest first, else in the order in which they are told. @param {any[]} items */
const sorted = (items) => LEVELS.flatMap((level) => items.filter((one) => one.level === level));

/** How everything around the panel is, when somebody asks: a look calls other machines. */
export default function Doctor() {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const look = async () => setFound(await post("/api/admin/doctor"));
  const lead = html`
    ${t("doctor.lead")}
    ${
      found &&
      html`<div role="status">
      ${t("doctor.at", { time: exactMoment(found.at) })}
      <${Counts} items=${found.items} />
    </div>`
    }`;
  const content = found
    ? html`<${Table} columns=${columns()} rows=${sorted(found.items)} label=${t("doctor.title")}
        id=${(/** @type {any} */ row) => `${row.check} ${row.said}`} />`
    : html`<${Empty} icon="list-check" title=${t("doctor.none")}>${t("doctor.none_hint")}<//>`;
  return html`
    <${Page} title=${t("doctor.title")} lead=${lead}
      actions=${html`<${Button} kind="primary" icon="refresh" work=${look}>${t("doctor.start")}<//>`}>
      <${Card} flush>${content}<//>
    <//>`;
}
