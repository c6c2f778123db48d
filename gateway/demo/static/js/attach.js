// The sheet that slides up in the phone: photos of the device, sample photos, a place.

import { $, el, icon } from "./dom.js";
import { addPhoto, setPlace } from "./compose.js";
import { cityMap, nearest } from "./map.js";
import { data, t } from "./page-data.js";
import * as phone from "./phone.js";

const sheet = $("sheet");
const opener = $("attach");
const photoFolder = "/demo/static/photos/";

/** A bundled photo as a Blob. */
export async function samplePhoto(file) {
  return (await fetch(photoFolder + file)).blob();
}

function open() {
  show(t("attach.title"), menu());
  sheet.hidden = false;
  $("thread").inert = true;
  $("compose").inert = true;
  sheet.querySelector("#sheet-body button")?.focus();
}

/** Put the sheet away. */
export function close() {
  if (sheet.hidden) return;
  sheet.hidden = true;
  $("thread").inert = false;
  $("compose").inert = false;
  opener.focus();
}

function show(title, ...content) {
  $("sheet-title").textContent = title;
  $("sheet-body").replaceChildren(...content);
}

function menu() {
  const isSms = phone.current().channel === "sms";
  const photos = data.photos.map(({ file, name }) => el(
    "button.sample-photo",
    {
      type: "button",
      onclick: async () => (addPhoto(await samplePhoto(file)), close(), $("text").focus()),
    },
    el("img", { src: photoFolder + file, alt: "", loading: "lazy" }), name,
  ));
  return el(
    "div.menu", {},
    el("button.choice", { type: "button", onclick: () => $("file").click() },
      icon("device"), t("attach.from_device")),
    isSms
      ? el("p.soft", {}, t("attach.sms_only"))
      : el("button.choice", { type: "button", onclick: choosePlace }, icon("pin"), t("attach.place")),
    el("h4", {}, t("attach.samples")),
    el("div.sample-photos", {}, photos),
  );
}

function choosePlace() {
  const field = (name) => el("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", id: `point-${name}`,
    oninput: () => update({ fromFields: true }),
  });
  const [lat, lon] = [field("lat"), field("lon")];
  const where = el("p.where", { role: "status" });
  const use = el("button.button", { type: "button" }, t("attach.use"));
  const point = { ...data.places[0] };
  const map = cityMap((a, b) => choose({ lat: a, lon: b, name: "" }));
  const buttons = data.places.map((p) =>
    el("button.chip", { type: "button", onclick: () => choose(p) }, p.name));

  function choose(to) {
    Object.assign(point, { lat: to.lat, lon: to.lon, name: to.name });
    lat.value = to.lat.toFixed(4);
    lon.value = to.lon.toFixed(4);
    update({ fromFields: false });
  }

  function update({ fromFields }) {
    const [a, b] = [lat, lon].map((f) => Number(f.value.replace(",", ".").trim() || NaN));
    const isPoint = Math.abs(a) <= 90 && Math.abs(b) <= 180;
    use.disabled = !isPoint;
    where.classList.toggle("error", !isPoint);
    if (!isPoint) {
      where.textContent = t("attach.bad_point");
      return;
    }
    if (fromFields) Object.assign(point, { lat: a, lon: b, name: "" });
    const near = nearest(a, b);
    where.textContent = near
      ? t("attach.around", { name: near.name, city: near.city }) : t("attach.outside");
    map.move(a, b);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.textContent === point.name));
    }
  }

  use.addEventListener("click", () => {
    setPlace({ lat: point.lat, lon: point.lon, label: point.name });
    close();
    $("text").focus();
  });
  show(
    t("attach.place"),
    el("div.chips", {}, buttons),
    map.drawing,
    el("div.coords", {}, labelled("lat", lat), labelled("lon", lon)),
    where,
    use,
  );
  choose(data.places[0]);
  buttons[0].focus();
}

function labelled(name, field) {
  return el("label", { for: field.id }, el("span", {}, t(`attach.${name}`)), field);
}

/** Wire up the sheet. */
export function start() {
  opener.addEventListener("click", open);
  sheet.querySelector("[data-close]").addEventListener("click", close);
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  $("file").addEventListener("change", (event) => {
    [...event.target.files].forEach(addPhoto);
    event.target.value = "";
    close();
    $("text").focus();
  });
}
