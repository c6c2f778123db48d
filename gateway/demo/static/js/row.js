// One complaint in the officer's list.

import { el, icon } from "./dom.js";
import { age, firstWords, spoken } from "./format.js";
import { t } from "./page-data.js";

/** What it is about, in a few words. */
export function titleOf(item) {
  const title = item.category_name || firstWords(item.brief, 6) || t("desk.unread");
  return title[0].toUpperCase() + title.slice(1);
}

/** "Kel. Kebon Jeruk", or the reporter's own words for the place. */
export function placeOf({ place }) {
  if (place.kelurahan_name) return `Kel. ${place.kelurahan_name}`;
  return place.words || t("desk.place_unknown");
}

/** The status as it is called, withdrawn ones apart. */
export function stateOf(item) {
  const ended = { dibatalkan: "dibatalkan", otomatis: "otomatis" }[item.closing_reason];
  return t(`states.${ended ?? (item.stage ? "memeriksa" : item.status)}`);
}

/** Whether what is awaited should have come already. */
export function isLate(item) {
  return Boolean(item.next.due) && new Date(item.next.due) < Date.now();
}

/** A list item; `onOpen(item)` gets the newest version. */
export function makeRow(item, { onOpen }) {
  const row = el("li.row", { "data-number": item.number });
  row.append(el("button", { type: "button", onclick: () => onOpen(row.item) }));
  updateRow(row, item);
  return row;
}

/** Draw a row again; it keeps its place and its focus. */
export function updateRow(row, item) {
  row.item = item;
  row.dataset.status = item.status;
  row.classList.toggle("urgent", item.urgent && item.status !== "selesai");
  row.querySelector("button").replaceChildren(
    el(
      "span.row-top", {},
      item.urgent && el("span.flag", {}, icon("alert"), t("desk.urgent")),
      el("span.number", {}, item.number),
      el("span.new", {}, t("desk.fresh")),
      el("time.age", { datetime: item.received_at }, age(item.received_at)),
    ),
    el("strong.row-title", {}, titleOf(item)),
    el("span.row-words", {}, item.brief ? `“${firstWords(item.brief, 12)}”` : t("desk.no_words")),
    el(
      "span.row-facts.one-line", {},
      el("span.where-short", {}, icon("pin"), el("span", {}, placeOf(item))),
      item.photos.length > 0 && el("span", { title: t("desk.photo_count", { count: item.photos.length }) },
        icon("photo"), String(item.photos.length)),
      el("span", {}, t("desk.reporter", { masked: item.reporter })),
    ),
    el("span.row-facts", {}, el(`span.state.${item.status}`, {}, stateOf(item)), due(item)),
  );
}

function due(item) {
  if (!item.next.due) return null;
  const words = t(`next.short_${item.next.awaited}`, { due: spoken(item.next.due, { today: false }) });
  return el(`span.due${isLate(item) ? ".late" : ""}`, {}, isLate(item) && icon("alert"), words);
}
