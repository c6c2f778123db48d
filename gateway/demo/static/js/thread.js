// The conversation on the screen: keeps its place, changes only what changed.

import { bubble, refresh } from "./bubble.js";
import { $, el } from "./dom.js";
import { daysFrom, day } from "./format.js";
import { t } from "./page-data.js";

const list = $("thread");
const AT_END_PX = 60;

let drawn = new Map();
let days = new Map();
let onReply = null;

/** Whom to tell that a message shall be answered. */
export function whenReplied(call) {
  onReply = call;
}

/** Forget what is on the screen: another conversation comes. */
export function clear() {
  drawn = new Map();
  days = new Map();
  list.replaceChildren();
}

/**
 * Show `messages`, oldest first. `waiting` adds the dots of somebody about to answer; `empty` is
 * said where there is nothing.
 */
export function show(messages, { waiting, empty }) {
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PX;
  const hadMessages = drawn.size > 0;
  const bySid = new Map(messages.map((m) => [m.sid, m]));
  const wanted = [];
  const next = new Map();
  let lastDay = null;
  for (const message of messages) {
    const calendarDay = daysFrom(0, message.created_at);
    if (calendarDay !== lastDay) wanted.push(dayLine(calendarDay, message.created_at));
    lastDay = calendarDay;
    const known = drawn.get(message.sid);
    const node = known ?? draw(message, bySid, hadMessages);
    if (known) refresh(node, message);
    next.set(message.sid, node);
    wanted.push(node);
  }
  if (!messages.length) wanted.push(el("p.hint", {}, empty));
  if (waiting) wanted.push(dots());
  place(wanted);
  drawn = next;
  if (wasAtEnd || !hadMessages) list.scrollTop = list.scrollHeight;
}

/** Bring the end into view. */
export function toEnd() {
  list.scrollTop = list.scrollHeight;
}

function draw(message, bySid, hadMessages) {
  const quoted = message.quotes ? bySid.get(message.quotes) : null;
  const node = bubble(message, { quoted, onReply, onJump: jumpTo });
  if (hadMessages) node.classList.add("arriving");
  return node;
}

function place(wanted) {
  const keep = new Set(wanted);
  for (const node of [...list.children]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

function jumpTo(message) {
  const node = drawn.get(message.sid);
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.classList.remove("pointed");
  requestAnimationFrame(() => node.classList.add("pointed"));
}

function dayLine(calendarDay, moment) {
  const near = { 0: "phone.today", "-1": "phone.yesterday" }[daysFrom(Date.now(), moment)];
  const words = near ? t(near) : day(moment);
  if (days.get(calendarDay)?.textContent !== words) {
    days.set(calendarDay, el("p.day", {}, el("span", {}, words)));
  }
  return days.get(calendarDay);
}

function dots() {
  const three = [el("i"), el("i"), el("i")];
  return el("p.dots", {}, el("span.bubble", { "aria-hidden": "true" }, three),
    el("span.why", {}, t("phone.waiting")));
}
