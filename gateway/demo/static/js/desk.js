// The officer's list: complaints arrive live, the row under the pointer stays where it is.

import { desk as api } from "./api.js";
import { $, el } from "./dom.js";
import { oneAtATime } from "./changes.js";
import * as detail from "./detail.js";
import { t } from "./page-data.js";
import { makeRow, titleOf, updateRow } from "./row.js";

const PAGE = 100;
const STATES = ["menunggu", "proses", "disposisi", "koordinasi", "selesai"];
const FRESH_MS = 30_000;

const list = $("list");
const pane = $("list-pane");
/** Complaints by number; `shown` holds the rows, the rest waits to be let in. */
const complaints = new Map();
const shown = new Map();
let cursor = null;
let hasPaged = false;
let isLoaded = false;
let filter = "";
let search = "";

/** Read the list again. */
export const refresh = oneAtATime(async () => {
  let page;
  try {
    page = await api.list(null, PAGE);
  } catch (error) {
    // The demo was started again: this page belongs to the one before.
    if (error.status === 401) location.reload();
    say(error);
    throw error;
  }
  say(null);
  if (!hasPaged) cursor = page.cursor;
  drop(page.complaints);
  take(page.complaints);
});

async function loadMore() {
  const page = await api.list(cursor, PAGE).catch((error) => (say(error), null));
  if (!page) return;
  hasPaged = true;
  cursor = page.cursor;
  for (const item of page.complaints) complaints.set(item.number, item);
  letIn();
}

// What the API does not list any more became confidential: it is gone from this desk.
function drop(found) {
  const listed = new Set(found.map((item) => item.number));
  const oldest = found.length < PAGE ? "" : found.at(-1).number;
  for (const number of complaints.keys()) {
    if (listed.has(number) || number < oldest) continue;
    complaints.delete(number);
    shown.get(number)?.remove();
    shown.delete(number);
  }
}

function take(found) {
  const news = found.filter((item) => !complaints.has(item.number));
  for (const item of found) {
    complaints.set(item.number, item);
    if (shown.has(item.number)) updateRow(shown.get(item.number), item);
  }
  detail.notice(complaints);
  if (isLoaded) news.forEach(announce);
  if (isLoaded && waiting().length && isHeld()) offer();
  else letIn({ fresh: isLoaded });
  isLoaded = true;
  draw();
}

// The list must not move under a pointer, a focused row, or somebody who has scrolled.
function isHeld() {
  const pointed = matchMedia("(hover: hover)").matches && list.matches(":hover");
  return shown.size > 0 && (pointed || list.contains(document.activeElement) || pane.scrollTop > 24);
}

function waiting() {
  return [...complaints.values()].filter((item) => !shown.has(item.number));
}

function offer() {
  const news = waiting();
  const urgent = news.some((item) => item.urgent);
  const words = news.length === 1 ? t("desk.new_one") : t("desk.new_many", { count: news.length });
  $("arrivals").textContent = urgent ? `${t("desk.urgent_waits")} · ${words}` : words;
  $("arrivals").classList.toggle("urgent", urgent);
  $("arrivals").hidden = news.length === 0;
}

/** Show what waits, in its place: urgent and open first, then the newest. */
function letIn({ fresh = false } = {}) {
  for (const item of waiting()) {
    const row = makeRow(item, { onOpen: open });
    if (fresh) markFresh(row);
    shown.set(item.number, row);
  }
  $("arrivals").hidden = true;
  const sorted = [...shown.keys()].map((n) => complaints.get(n)).sort(order);
  sorted.forEach((item, index) => {
    const row = shown.get(item.number);
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
  draw();
}

function order(a, b) {
  const isOnTop = (item) => Number(item.urgent && item.status !== "selesai");
  return isOnTop(b) - isOnTop(a) || (a.number < b.number ? 1 : -1);
}

function markFresh(row) {
  row.classList.add("fresh");
  setTimeout(() => row.classList.remove("fresh"), FRESH_MS);
}

function announce(item) {
  const words = { number: item.number, title: titleOf(item) };
  if (item.urgent) $("announce-now").textContent = t("desk.announced_urgent", words);
  else $("announce").textContent = t("desk.announced", words);
}

function open(item) {
  shown.get(item.number)?.classList.remove("fresh");
  for (const [number, row] of shown) {
    const press = row.querySelector("button");
    if (number === item.number) press.setAttribute("aria-current", "true");
    else press.removeAttribute("aria-current");
  }
  detail.open(item);
  draw();
}

function draw() {
  const all = [...complaints.values()];
  drawFilters(all);
  let visible = 0;
  for (const [number, row] of shown) {
    const fits = (!filter || complaints.get(number).status === filter) && number.includes(search);
    row.hidden = !fits;
    visible += Number(fits);
  }
  const empty = $("list-empty");
  empty.hidden = visible > 0 || !isLoaded;
  const key = all.length ? "nothing_found" : "empty";
  empty.querySelector("strong").textContent = t(`desk.${key}`);
  empty.querySelector("span").textContent = t(`desk.${key}_note`);
  $("try").hidden = all.length > 0;
  $("more").hidden = cursor === null;
  const urgent = all.filter((item) => item.urgent && item.status !== "selesai").length;
  document.title = urgent ? `(${urgent}) ${t("desk.urgent")} · ${t("page.title")}` : t("page.title");
  const open = all.filter((item) => item.status === "menunggu").length;
  $("dock-count").textContent = String(open);
  $("dock-count").hidden = open === 0;
}

function drawFilters(all) {
  const bar = $("filters");
  if (!bar.children.length) {
    bar.append(...["", ...STATES].map((state) => el(
      `button.filter${state && `.${state}`}`,
      { type: "button", "data-state": state, onclick: () => ((filter = state), draw()) },
      el("i", { "aria-hidden": "true" }), el("span", {}, state ? t(`states.${state}`) : t("desk.all")),
      el("b"),
    )));
  }
  for (const button of bar.children) {
    const { state } = button.dataset;
    const count = state ? all.filter((item) => item.status === state).length : all.length;
    button.lastChild.textContent = String(count);
    button.setAttribute("aria-pressed", String(filter === state));
  }
}

function say(error) {
  $("list-error").textContent = error ? t("desk.error", { detail: error.message || "…" }) : "";
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const rows = [...shown.values()].filter((row) => !row.hidden)
    .sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at + step];
  if (!next) return;
  event.preventDefault();
  next.querySelector("button").focus();
}

/** Wire up the list and what stands around it. */
export function start() {
  drawFilters([]);
  $("arrivals").addEventListener("click", () => {
    pane.scrollTop = 0;
    letIn({ fresh: true });
    list.querySelector(".fresh button")?.focus();
  });
  $("more").addEventListener("click", loadMore);
  $("search").addEventListener("input", (event) => {
    search = event.target.value.trim().toUpperCase();
    draw();
  });
  list.addEventListener("keydown", walk);
  list.addEventListener("pointerleave", () => {
    if (!$("arrivals").hidden && !isHeld()) letIn({ fresh: true });
  });
  setInterval(() => shown.forEach((row, number) => updateRow(row, complaints.get(number))), 15_000);
  detail.start({ onChanged: (item) => take([item]) });
}
