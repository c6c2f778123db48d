// What is about to be sent: words, photos, a place, the message that it answers.

import { $, el, icon } from "./dom.js";
import { author, gist } from "./bubble.js";
import { pointMap } from "./map.js";
import { t } from "./page-data.js";
import * as phone from "./phone.js";
import { segments } from "./segments.js";
import * as thread from "./thread.js";

const MAX_BYTES = 16 * 1024 * 1024;

const field = $("text");
let photos = [];
let place = null;
let quoted = null;
let sending = false;

/** Replace everything by a draft: `{text, photos, place}`. */
export function fill(draft) {
  field.value = draft.text ?? "";
  photos.forEach((p) => URL.revokeObjectURL(p.url));
  photos = [];
  place = draft.place ?? null;
  quoted = null;
  (draft.photos ?? []).forEach(addPhoto);
  draw();
}

/** Stage a photo: a File or Blob. */
export function addPhoto(file) {
  $("compose-error").textContent = "";
  if (file.size > MAX_BYTES) {
    $("compose-error").textContent = t("phone.too_large", { name: file.name ?? t("phone.photo") });
    return;
  }
  photos.push({ file, url: URL.createObjectURL(file) });
  draw();
}

/** Stage a place: `{lat, lon, label}`. */
export function setPlace(chosen) {
  place = chosen;
  draw();
}

/** Send what is staged. */
export async function submit() {
  const text = field.value.trim();
  if (sending || !(text || photos.length || place)) return;
  sending = true;
  $("compose-error").textContent = "";
  const staged = { text, photos, place, quoted };
  const message = { text, location: place, quotes: quoted?.sid ?? "" };
  try {
    message.files = await Promise.all(photos.map((p) => encoded(p.file)));
    photos = [];
    fill({});
    await phone.send(message);
    staged.photos.forEach((p) => URL.revokeObjectURL(p.url));
  } catch (error) {
    // Nothing that was written is lost.
    ({ photos, place, quoted } = staged);
    if (!field.value) field.value = text;
    draw();
    $("compose-error").textContent = reason(error);
  } finally {
    sending = false;
  }
}

function reason(error) {
  if (error instanceof DOMException) return t("phone.not_readable");
  return error.status ? t("phone.refused", { reason: error.message }) : t("phone.offline");
}

async function encoded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return { media_type: file.type || "application/octet-stream", content: btoa(binary) };
}

function draw() {
  drawStaged();
  drawQuoted();
  grow();
}

function drawStaged() {
  const remove = (label, act) =>
    el("button.round", { type: "button", "aria-label": t(label), onclick: act }, icon("close"));
  const shown = photos.map((p) => el(
    "div.thumb", {}, el("img", { src: p.url, alt: t("phone.photo") }),
    remove("phone.remove_photo", () => {
      URL.revokeObjectURL(p.url);
      photos = photos.filter((other) => other !== p);
      draw();
      field.focus();
    }),
  ));
  if (place) {
    shown.push(el(
      "div.thumb.point", { title: place.label || "" }, pointMap(place.lat, place.lon),
      remove("phone.remove_place", () => (setPlace(null), field.focus())),
    ));
  }
  $("staged").replaceChildren(...shown);
  $("staged").hidden = shown.length === 0;
}

function drawQuoted() {
  $("quoting").hidden = quoted === null;
  if (!quoted) return;
  $("quoting").replaceChildren(
    el("p", {}, el("strong", {}, `${t("phone.replying")}: ${author(quoted)}`),
      el("span", {}, gist(quoted))),
    el("button.round", {
      type: "button", "aria-label": t("phone.cancel_reply"),
      onclick: () => ((quoted = null), draw(), field.focus()),
    }, icon("close")),
  );
}

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 110)}px`;
  const { chars, count } = segments(field.value);
  $("segment-count").textContent = chars ? t("phone.segments", { chars, count }) : "";
  $("send").classList.toggle("ready", Boolean(field.value.trim() || photos.length || place));
}

/** Wire up the form. */
export function start() {
  $("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    field.focus();
  });
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  field.addEventListener("paste", (event) => {
    const pictures = [...event.clipboardData.files].filter((f) => f.type.startsWith("image/"));
    if (pictures.length) event.preventDefault();
    pictures.forEach(addPhoto);
  });
  thread.whenReplied((message) => {
    quoted = message;
    draw();
    field.focus();
  });
  grow();
}

/** SMS carries neither places nor quotations: they stay behind when the channel changes. */
export function adapt(channel) {
  if (channel === "sms") {
    place = null;
    quoted = null;
  }
  draw();
}
