// The citizen's phone: which number and channel is open, what is in it, and sending.

import { phones, Refusal } from "./api.js";
import { $ } from "./dom.js";
import { clock, phoneNumber } from "./format.js";
import { oneAtATime } from "./changes.js";
import { data, t } from "./page-data.js";
import * as thread from "./thread.js";

const READ_AFTER_MS = 1200;
// The gateway waits for more parts: longer after a photo without words.
const WAIT_MS = { words: 12_000, media: 28_000 };

const handset = $("handset");
const open = { number: "", channel: "whatsapp" };
let messages = [];
let isOn = true;
let hoping = { since: 0, timer: 0 };
let reading = 0;
let onOpened = () => {};

/** The number and channel on the screen. */
export const current = () => ({ ...open });

/** Whom to tell when another conversation is on the screen. */
export function whenOpened(call) {
  onOpened = call;
}

/** Put the conversation of `number` on `channel` on the screen. */
export async function openChat(number, channel = open.channel) {
  const isSame = number === open.number && channel === open.channel;
  Object.assign(open, { number, channel });
  handset.dataset.channel = channel;
  for (const button of $("channels").children) {
    button.setAttribute("aria-pressed", String(button.dataset.channel === channel));
  }
  $("sender").textContent = phoneNumber(data.senders[channel] ?? "");
  $("text").placeholder = t(`phone.write_${channel}`);
  $("text").setAttribute("aria-label", t(`phone.write_${channel}`));
  if (!isSame) {
    messages = [];
    stopHoping();
    thread.clear();
  }
  onOpened(current());
  await refresh();
}

/** Read the conversation again. */
export const refresh = oneAtATime(async () => {
  const { number, channel } = open;
  if (!number) return;
  const [found, all] = await Promise.all([phones.conversation(number, channel), phones.list()]);
  if (number !== open.number || channel !== open.channel) return;
  messages = found;
  setPower(all.find((p) => p.number === number)?.switched_on ?? true);
  draw();
  readSoon();
});

/** Send from the open phone. Raises a `Refusal`. */
export async function send(message) {
  const { number, channel } = open;
  if (!isOn) await power(true);
  hope(message.text ? WAIT_MS.words : WAIT_MS.media);
  try {
    await phones.write(number, channel, message);
  } catch (error) {
    stopHoping();
    draw();
    throw error;
  }
  thread.toEnd();
  await refresh();
}

/** Switch the open phone on or off. */
export async function power(on) {
  try {
    await phones.change(open.number, { switched_on: on });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  await refresh();
}

function draw() {
  const lastIsTheirs = messages.at(-1) && !messages.at(-1).from_phone;
  if (lastIsTheirs && Date.parse(messages.at(-1).created_at) > hoping.since) stopHoping();
  const empty = t(`phone.empty_${open.channel}`);
  thread.show(messages, { waiting: hoping.since > 0 && messages.length > 0, empty });
}

function setPower(on) {
  if (on !== isOn) for (const part of [$("thread"), $("compose")]) part.inert = !on;
  isOn = on;
  $("off").hidden = on;
  $("power").setAttribute("aria-pressed", String(on));
  const label = t(on ? "phone.power_off" : "phone.power_on");
  $("power").setAttribute("aria-label", label);
  $("power").title = label;
}

// Not for ever: some messages are rightly never answered.
function hope(milliseconds) {
  stopHoping();
  hoping = { since: Date.now(), timer: setTimeout(() => (stopHoping(), draw()), milliseconds) };
}

function stopHoping() {
  clearTimeout(hoping.timer);
  hoping = { since: 0, timer: 0 };
}

// Whoever has the chat before his eyes reads it, after a moment.
function readSoon() {
  const unread = messages.some((m) => !m.from_phone && m.status === "delivered");
  if (!unread || open.channel !== "whatsapp" || !isOn || document.hidden || reading) return;
  reading = setTimeout(async () => {
    reading = 0;
    if (open.channel === "whatsapp" && !document.hidden) {
      await phones.read(open.number, open.channel).catch(() => {});
    }
  }, READ_AFTER_MS);
}

function tell() {
  $("phone-clock").textContent = clock(Date.now());
}

/** Wire up what belongs to the handset itself. */
export function start() {
  for (const button of $("channels").children) {
    button.addEventListener("click", () => openChat(open.number, button.dataset.channel));
  }
  $("power").addEventListener("click", () => power(!isOn));
  $("power-on").addEventListener("click", () => power(true).then(() => $("text").focus()));
  document.addEventListener("visibilitychange", () => document.hidden || readSoon());
  tell();
  setInterval(tell, 5000);
}
