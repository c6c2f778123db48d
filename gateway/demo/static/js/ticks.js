// How far a message got, as a sign and in words. Pure.

import { clock } from "./format.js";
import { data, t } from "./page-data.js";

const OURS = {
  accepted: "queued", queued: "queued", sent: "sent", delivered: "delivered", read: "read",
  undelivered: "failed", failed: "failed",
};
const THEIRS = { pending: "pending", accepted: "accepted", failed: "not_accepted" };
const ICONS = {
  pending: "wait", queued: "wait", sent: "tick", accepted: "ticks", delivered: "ticks",
  read: "ticks", failed: "alert", not_accepted: "alert",
};

/** `{state, icon, words, detail}`: words are short, detail says when and why. */
export function progress(message) {
  const state = message.from_phone ? THEIRS[message.hand_over] : OURS[message.status];
  const word = (message.channel === "sms" && data.words.ticks[`sms_${state}`]) || t(`ticks.${state}`);
  const words = state === "failed" ? `${word}: ${reason(message.error_code)}` : word;
  return { state, icon: ICONS[state], words, detail: [words, ...moments(message)].join(", ") };
}

/** Whether it went wrong for good. */
export function isFailed(message) {
  return ["failed", "not_accepted"].includes(progress(message).state);
}

function reason(code) {
  return data.words.failure[code] ?? t("failure.other", { code: code ?? "?" });
}

function moments(message) {
  if (message.from_phone) return [];
  const steps = { sent: message.sent_at, delivered: message.delivered_at, read: message.read_at };
  return Object.entries(steps)
    .filter(([, at]) => at)
    .map(([name, at]) => `${t(`ticks.${name}`).toLowerCase()} ${clock(at)}`);
}
