// Reports to click: one click fills the phone, the small button sends at once.

import { $, el, icon } from "./dom.js";
import { close, samplePhoto } from "./attach.js";
import * as compose from "./compose.js";
import * as numbers from "./numbers.js";
import { data, t } from "./page-data.js";

// One after the other: a quick second click must not write into the first one's phone.
let queue = Promise.resolve();

function inTurn(act) {
  queue = queue.then(act).catch((error) => {
    $("compose-error").textContent = error.status ? error.message : t("phone.offline");
  });
}

async function fill(sample) {
  close();
  await numbers.open(sample.phone, sample.channel);
  const place = data.places.find((p) => p.id === sample.place);
  compose.fill({
    text: sample.text,
    photos: sample.photo ? [await samplePhoto(sample.photo)] : [],
    place: place && { lat: place.lat, lon: place.lon, label: place.name },
  });
}

async function use(sample) {
  await fill(sample);
  $("phone").scrollIntoView({ block: "nearest" });
  $("text").focus({ preventScroll: true });
}

async function send(sample) {
  await fill(sample);
  await compose.submit();
}

/** Send the one with that id at once. */
export function sendById(id) {
  inTurn(() => send(data.samples.find((sample) => sample.id === id)));
}

function card(sample) {
  const channel = t(`phone.${sample.channel}`);
  return el(
    "li.sample",
    { "data-sample": sample.id },
    el(
      "button.fill",
      { type: "button", onclick: () => inTurn(() => use(sample)), title: sample.text || channel },
      icon(sample.channel === "sms" ? "sms" : "chat", sample.channel),
      el("strong", {}, sample.title, el("span.unseen", {}, ` (${channel})`)),
      el("span", {}, sample.shows),
    ),
    el(
      "button.round.now",
      {
        type: "button", onclick: () => inTurn(() => send(sample)), title: t("rail.send_now"),
        "aria-label": `${t("rail.send_now")}: ${sample.title}`,
      },
      icon("send"),
    ),
  );
}

/** Draw the list. */
export function start() {
  const groups = Map.groupBy
    ? Map.groupBy(data.samples, (s) => s.group)
    : data.samples.reduce((m, s) => m.set(s.group, [...(m.get(s.group) ?? []), s]), new Map());
  for (const [group, samples] of groups) {
    $("samples").append(
      el("section.group", {}, el("h3", {}, t(`rail.group_${group}`)), el("ul", {}, samples.map(card))),
    );
  }
}
