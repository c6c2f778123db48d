// The phones that are open, as chips, and the field for any other number.

import { phones } from "./api.js";
import { $, el } from "./dom.js";
import { phoneNumber, shortNumber } from "./format.js";
import { oneAtATime } from "./changes.js";
import { t } from "./page-data.js";
import * as phone from "./phone.js";

// By number, newest first: the channel last used, how much has arrived, how much was looked at.
const known = new Map();
const stale = new Set();
let inView = "";

/** Open a phone that may be new; without a channel, where it was used last. */
export async function open(number, channel) {
  const entry = known.get(number);
  await phone.openChat(number, channel ?? entry?.channel ?? phone.current().channel);
  if (!entry) stale.add(number);
  await refresh();
}

/** Something happened on these phones, or on any (null). */
export function changed(numbers) {
  (numbers ?? known.keys()).forEach((number) => stale.add(number));
  return refresh();
}

/** Remember what is on the screen. */
export function looked({ number, channel }) {
  const entry = known.get(number);
  if (entry) Object.assign(entry, { channel, seen: entry.arrived });
  draw();
}

const refresh = oneAtATime(async () => {
  const all = (await phones.list()).map((p) => p.number);
  const wanted = [...new Set([...stale, ...all.filter((number) => !known.has(number))])];
  stale.clear();
  await Promise.all(wanted.map(count));
  draw();
});

async function count(number) {
  const channels = ["whatsapp", "sms"];
  const chats = await Promise.all(channels.map((c) => phones.conversation(number, c)));
  const messages = chats.flat();
  const arrived = messages.filter((m) => !m.from_phone && m.on_phone).length;
  const last = messages.sort((a, b) => (a.created_at < b.created_at ? -1 : 1)).at(-1);
  const before = known.get(number) ?? { seen: 0, channel: phone.current().channel };
  known.set(number, { ...before, arrived, channel: last?.channel ?? before.channel });
}

function draw() {
  const { number: current } = phone.current();
  if (known.has(current)) known.get(current).seen = known.get(current).arrived;
  const newest = [...known.keys()].reverse();
  const list = $("phones");
  list.replaceChildren(...newest.map((number) => chip(number, number === current)));
  const chosen = list.querySelector("[aria-pressed=true]");
  if (!chosen || current === inView) return;
  // By hand: scrollIntoView would move the page as well.
  list.scrollTop = chosen.offsetTop - list.offsetTop - 6;
  inView = current;
}

function chip(number, isCurrent) {
  const { arrived, seen } = known.get(number);
  const news = arrived - seen;
  return el("li", {}, el(
    "button.chip",
    {
      type: "button", "aria-pressed": String(isCurrent), title: phoneNumber(number),
      onclick: () => open(number),
    },
    shortNumber(number),
    news > 0 && el("span.count", {}, String(news), el("span.unseen", {}, ` ${t("rail.unread")}`)),
  ));
}

/** Wire up the field. */
export function start() {
  $("number-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = $("number");
    const { number, reason } = await phones.normalised(field.value).catch(() => ({}));
    $("number-error").textContent = number ? "" : t(reason ? `rail.${reason}` : "page.unanswered");
    if (!number) field.setAttribute("aria-invalid", "true");
    if (!number) {
      field.focus();
      return;
    }
    field.value = "";
    await open(number);
    $("text").focus();
  });
  $("number").addEventListener("input", () => {
    $("number-error").textContent = "";
    $("number").removeAttribute("aria-invalid");
  });
}
