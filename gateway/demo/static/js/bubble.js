// One message of a conversation as the phone draws it.

import { phones } from "./api.js";
import { el, icon } from "./dom.js";
import { clock, firstWords } from "./format.js";
import { pointMap } from "./map.js";
import { data, t } from "./page-data.js";
import { richText } from "./richtext.js";
import { isFailed, progress } from "./ticks.js";

/**
 * An element for `message`. `quoted` is the message it answers, if any; `onReply` and `onJump`
 * are called with a message.
 */
export function bubble(message, { quoted, onReply, onJump }) {
  const isSms = message.channel === "sms";
  const foot = el("p.foot", {}, el("span.step"),
    el("time", { datetime: message.created_at }, clock(message.created_at)), icon("wait", "tick"));
  const node = el(
    `div.message.${message.from_phone ? "mine" : "theirs"}`,
    { "data-sid": message.sid },
    el(
      "div.bubble",
      {},
      quoted && quote(quoted, onJump),
      ...message.files.map(picture),
      message.location && place(message.location),
      message.text && el("p.words", {}, richText(message.text, { marks: !isSms })),
      !isSms && foot,
    ),
    !isSms && onReply && replyButton(message, onReply),
    isSms && foot,
  );
  refresh(node, message);
  return node;
}

/** Say anew how far `message` got; its words stay untouched, so nobody hears them twice. */
export function refresh(node, message) {
  const step = progress(message);
  const failed = isFailed(message);
  node.dataset.state = step.state;
  node.classList.toggle("failed", failed);
  node.classList.toggle("waiting", !message.from_phone && !message.on_phone && !failed);
  node.querySelector(".foot").title = step.detail;
  const words = node.querySelector(".step");
  words.textContent = step.words;
  words.classList.toggle("unseen", message.channel !== "sms" && !failed);
  const tick = node.querySelector(".tick");
  tick.setAttribute("class", `icon tick ${step.state}`);
  tick.firstChild.setAttribute("href", `#i-${step.icon}`);
}

/** What a message says in a few words, for a quotation or a list. */
export function gist(message) {
  if (message.text) return firstWords(message.text.replace(/[*_~]/g, ""), 14);
  if (message.location) return t("phone.place");
  const kind = message.files[0]?.media_type ?? "";
  if (kind.startsWith("image/")) return t("phone.photo");
  return t(kind.startsWith("audio/") ? "phone.voice" : "phone.file");
}

/** Whose message it is, as a quotation says it. */
export function author(message) {
  return message.from_phone ? t("phone.you") : data.service;
}

function quote(message, onJump) {
  return el(
    "button.quote",
    { type: "button", onclick: () => onJump(message) },
    el("strong", {}, author(message)),
    el("span", {}, gist(message)),
  );
}

function picture(file) {
  const source = file.url.startsWith("/") ? phones.stored(file.url) : file.url;
  if (file.media_type.startsWith("audio/")) {
    return el("audio.sound", { controls: true, src: source, preload: "metadata" });
  }
  if (file.media_type && !file.media_type.startsWith("image/")) {
    return el("a.file", { href: source, download: "" }, icon("file"), t("phone.file"));
  }
  // The size is fixed by the style sheet: nothing jumps when the picture comes.
  return el(
    "a.picture",
    { href: source, target: "_blank", rel: "noopener" },
    el("img", { src: source, alt: t("phone.photo") }),
  );
}

function place(location) {
  return el(
    "div.place",
    {},
    pointMap(location.lat, location.lon),
    el(
      "p",
      {},
      icon("pin"),
      location.label || `${location.lat.toFixed(4)}, ${location.lon.toFixed(4)}`,
    ),
  );
}

function replyButton(message, onReply) {
  const label = `${t("phone.reply")}: ${gist(message)}`;
  const press = { type: "button", "aria-label": label, title: t("phone.reply") };
  return el("button.reply", { ...press, onclick: () => onReply(message) }, icon("reply"));
}
