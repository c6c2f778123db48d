// One complaint opened: what is known of it, what happened, and beneath it what can be done.

import * as actions from "./actions.js";
import { desk as api } from "./api.js";
import { oneAtATime } from "./changes.js";
import { $, el, icon, renew } from "./dom.js";
import { span, spoken } from "./format.js";
import { timeline } from "./history.js";
import { pointMap } from "./map.js";
import { data, t } from "./page-data.js";
import { Photos } from "./photos.js";
import { isLate, placeOf, stateOf, titleOf } from "./row.js";

const pane = $("detail");
const panes = $("panes");
const body = el("div.detail-body", { tabindex: "0" });
const photos = new Photos();

let current = null;
let summary = "";
let onChanged = () => {};

/** Show `item` at once as the list knows it, then with its history. */
export async function open(item) {
  const isAnother = item.number !== current?.number;
  if (isAnother) {
    current = { ...item, history: null };
    summary = JSON.stringify(item);
    photos.of(item.number);
    actions.turnTo(item.number);
    pane.setAttribute("aria-label", item.number);
    body.scrollTop = 0;
    draw();
  }
  panes.classList.add("open");
  if (getComputedStyle($("list-pane")).display === "none") pane.querySelector(".back").focus();
  await load();
}

/** The list was read again: is the open complaint another one now? */
export function notice(complaints) {
  const item = current && complaints.get(current.number);
  if (!item || JSON.stringify(item) === summary) return;
  summary = JSON.stringify(item);
  load();
}

const load = oneAtATime(async () => {
  const { number } = current;
  const full = await api.get(number);
  if (number === current.number) show(full);
});

function show(full) {
  current = full;
  draw();
}

function draw() {
  const item = current;
  const isFirst = !pane.contains(body);
  if (isFirst) pane.replaceChildren(el("div.detail-head"), body, actions.bar);
  renew(pane.firstChild, ...head(item));
  renew(body,
    awaited(item), words(item), place(item), ...photos.draw(item.photos), ...story(item));
  actions.offer(item, { onDone: done });
}

function done(full) {
  show(full);
  const { history: _, ...item } = full;
  summary = JSON.stringify(item);
  onChanged(item);
}

function head(item) {
  const publicPage = `/lacak/${item.number}?lang=${data.lang}`;
  const account = data.accounts[item.account] ?? item.account;
  const isUrgent = item.urgent && item.status !== "selesai";
  return [
    el("div.detail-top", {},
      el("button.round.back", { type: "button", "aria-label": t("detail.back"), onclick: back },
        icon("left")),
      el("h3", {}, item.number),
      isUrgent && el("span.flag", {}, icon("alert"), t("desk.urgent")),
      el(`span.state.${item.status}`, {}, stateOf(item))),
    el("p.detail-title", {}, titleOf(item),
      item.visibility === "hidden" && el("span.tag", {}, icon("hide"), t("desk.hidden")),
      el("a.public", { href: publicPage, target: "_blank", rel: "noopener" },
        t("detail.public"), icon("out"), el("span.unseen", {}, ` (${t("page.new_tab")})`))),
    el("p.soft", {}, [
      t("detail.received", { at: spoken(item.received_at) }),
      t("detail.through", { account }),
      t("desk.reporter", { masked: item.reporter }),
    ].join(" · ")),
  ];
}

function awaited(item) {
  const { awaited: what, due } = item.next;
  const late = isLate(item);
  const ended = item.closing_reason ? t(`detail.ended_${item.closing_reason}`) : t("next.nothing");
  const left = due && span(Math.abs(new Date(due) - Date.now()));
  return el(
    `div.awaited${late ? ".late" : ""}${due ? "" : ".ended"}`, {},
    icon(due ? "clock" : "finish"),
    el("div", {},
      el("p", {}, el("strong", {}, due ? t(`next.${what}`, { unit: item.unit.name }) : ended),
        due && el("br"), due && t("next.by", { due: spoken(due) })),
      el("p.soft", {}, `${t(due ? "detail.now_at" : "detail.last_at")}: ${item.unit.name}`)),
    due && el("span.left", {}, t(late ? "next.late" : "next.left", { span: left })),
  );
}

function words(item) {
  return el("section", {},
    el("h4", {}, t("detail.words"), el("span.soft", {}, t("detail.words_note"))),
    el("blockquote", {}, item.brief || t("desk.no_words")));
}

function place(item) {
  const { place: where } = item;
  const hasPoint = where.lat !== null && where.lon !== null;
  return el("section", {},
    el("h4", {}, t("detail.place")),
    el(`div.where${hasPoint ? ".with-map" : ""}`, {},
      hasPoint && pointMap(where.lat, where.lon),
      el("div", {},
        el("p", {}, icon("pin"), el("span", {}, where.words || placeOf(item))),
        where.words && where.kelurahan_name && el("p.soft", {}, placeOf(item)),
        hasPoint && el("p.soft", {}, `${where.lat.toFixed(4)}, ${where.lon.toFixed(4)}`),
        where.approximate && el("p.soft", {}, t("detail.approximate")))));
}

function story(item) {
  if (!item.history) return [];
  return [el("section", {}, el("h4", {}, t("detail.history")), timeline(item.history))];
}

function back() {
  panes.classList.remove("open");
  document.querySelector("#list [aria-current]")?.focus();
}

/** Say that nothing is open yet; `onChanged(item)` hears of actions. */
export function start(options) {
  ({ onChanged } = options);
  pane.append(el("div.nothing", {}, icon("desk"),
    el("p", {}, el("strong", {}, t("desk.choose")), el("br"), el("span", {}, t("desk.choose_note")))));
}
