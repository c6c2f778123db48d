// What happened to a complaint, newest first.

import { el, icon } from "./dom.js";
import { spoken } from "./format.js";
import { t } from "./page-data.js";

// Lines about what the reporter did, or where the unit would add nothing.
const WITHOUT_UNIT = new Set(["amend", "hide", "show", "rate", "confirm", "object", "withdraw"]);

/** An ordered list of the lines of `history`, which come oldest first. */
export function timeline(history) {
  return el("ol.timeline", {}, [...history].reverse().map(line));
}

function line(item) {
  const unit = item.unit && !WITHOUT_UNIT.has(item.action) ? item.unit.name : "";
  return el(
    `li.${item.status}`, {},
    el("time", { datetime: item.at }, spoken(item.at)),
    el("p", {}, t(`history.${item.action}`),
      item.action === "file" && unit ? `, ${t("history.at_unit")}` : "",
      unit && el("strong", {}, ` ${unit}`)),
    item.text && said("text", "person", t("detail.for_reporter"), item.text),
    item.note && said("note", "lock", t("detail.internal"), item.note),
  );
}

function said(kind, sign, label, words) {
  return el(`div.said.${kind}`, {}, el("span", {}, icon(sign), label), el("p", {}, words));
}
