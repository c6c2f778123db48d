// The action bar and the form behind each action: a text for the reporter, and apart from it a note.

import { desk as api } from "./api.js";
import { $, el, icon, renew } from "./dom.js";
import { data, t } from "./page-data.js";
import { personalData } from "./personal.js";
import { unitPicker } from "./units.js";

const ROWS = [
  ["process", "forward", "dispose", "coordinate", "verify", "validate", "reject"],
  ["finish", "comment", "hide", "show"],
];
const ICONS = { show: "hide", verify: "hide", validate: "finish", reject: "forward" };
const NEEDS_UNIT = new Set(["forward", "dispose", "coordinate"]);
const NEEDS_TEXT = new Set(["finish", "comment", "reject"]);
const WITHOUT_TEXT = new Set(["hide", "show", "verify"]);

/** Lies under the open complaint. */
export const bar = el("div.actions");

let item = null;
let onDone = () => {};
let form = null;
const drafts = new Map();

/** Offer what is possible with `complaint` now; a form that is open stays as it is. */
export function offer(complaint, options) {
  item = complaint;
  ({ onDone } = options);
  if (!form) drawBar();
}

/** Another complaint comes; what is being written waits until this one comes back. */
export function turnTo(number) {
  if (form) drafts.set(item.number, form);
  form = drafts.get(number) ?? null;
  if (form) bar.replaceChildren(form);
}

function drawBar({ focus } = {}) {
  form = null;
  drafts.delete(item.number);
  const isPossible = (action) => item.allowed.includes(action);
  const button = (action) => el(
    `button.action.${action}`,
    { type: "button", title: t(`actions.${action}_note`), onclick: () => openForm(action) },
    icon(ICONS[action] ?? action), t(`actions.${action}`),
  );
  const rows = ROWS.map((row) => el("div", {}, row.filter(isPossible).map(button)));
  renew(bar, el("div.buttons", { role: "group", "aria-label": t("actions.label") }, rows));
  if (focus) (bar.querySelector(`.${focus}`) ?? bar.querySelector("button"))?.focus();
}

function openForm(action) {
  const units = NEEDS_UNIT.has(action)
    ? unitPicker({
      label: t(`actions.unit_${action}`), suggested: suggestions(), without: item.unit.id,
    }) : null;
  const text = WITHOUT_TEXT.has(action) ? null : textField(action);
  const note = noteField();
  const error = el("p.error", { role: "alert" });
  const press = el("button.button.primary", {},
    t(["hide", "show"].includes(action) ? `actions.send_${action}` : "actions.send"));
  const parts = { action, units, text, note, error, press, confirmed: "" };
  form = el(
    "form.composer", {
      novalidate: true,
      onsubmit: (event) => (event.preventDefault(), submit(parts)),
      onkeydown: (event) => event.key === "Escape" && !event.defaultPrevented && drawBar({ focus: action }),
    },
    el("div.composer-head", {},
      el("h4", {}, icon(ICONS[action] ?? action), t(`actions.${action}`)),
      el("span.soft", {}, t(`actions.${action}_note`)),
      el("button.round", {
        type: "button", "aria-label": t("actions.cancel"), onclick: () => drawBar({ focus: action }),
      }, icon("close"))),
    units?.node, text?.node, note.node,
    el("div.composer-foot", {}, error, press),
  );
  bar.replaceChildren(form);
  form.querySelector("input, textarea, button.primary").focus();
}

// The kelurahan of the place is the likeliest next desk.
function suggestions() {
  return item.place.kelurahan_name ? [`Kelurahan ${item.place.kelurahan_name}`] : [];
}

function textField(action) {
  const field = el("textarea", {
    rows: 2, maxlength: 4000, id: "action-text",
    placeholder: t(NEEDS_TEXT.has(action) ? "actions.text_hint" : "actions.text_optional"),
    "aria-describedby": "action-text-note",
  });
  const canned = t(`actions.canned_${action}`).map((words) => el(
    "button.chip", { type: "button", onclick: () => ((field.value = words), field.focus()) }, words,
  ));
  const node = el("div.field.outward", {},
    el("label", { for: "action-text" }, icon("phone"), t("actions.text")),
    el("span.soft", { id: "action-text-note" }, t("actions.text_note")), field,
    canned.length > 0 && el("div.chips", {}, canned));
  return { node, field };
}

function noteField() {
  const field = el("textarea", {
    rows: 1, maxlength: 4000, id: "action-note", "aria-describedby": "action-note-note",
  });
  const node = el("div.field.inward", {},
    el("label", { for: "action-note" }, icon("lock"), t("actions.note")),
    el("span.soft", { id: "action-note-note" }, t("actions.note_note")), field);
  return { node, field };
}

async function submit(parts) {
  const { action, units, text, note, error, press } = parts;
  error.textContent = "";
  const said = text?.field.value.trim() ?? "";
  const refusal = missing(parts, said);
  if (refusal) {
    error.textContent = refusal.words;
    refusal.field.focus();
    return;
  }
  const found = personalData(said);
  if (found && parts.confirmed !== said) {
    parts.confirmed = said;
    error.textContent = t("actions.private", { what: t(`actions.private_${found}`) });
    return;
  }
  const { number } = item;
  // Not `disabled`: that would take the focus away.
  if (press.ariaBusy === "true") return;
  press.ariaBusy = "true";
  try {
    const full = await api.act(number, {
      action, text: said, note: note.field.value.trim(), ...(units && { unit: units.chosen().id }),
    });
    $("announce").textContent = t("actions.done", { action: t(`actions.${action}`), number });
    drafts.delete(number);
    if (item.number !== number) return;
    drawBar();
    onDone(full);
    bar.querySelector("button")?.focus();
  } catch (refused) {
    error.replaceChildren(...explained(refused));
    const field = { text: text?.field, unit: units?.field }[refused.field];
    (field ?? press).focus();
  } finally {
    press.ariaBusy = null;
  }
}

// Ours in the officer's language, and the API's own reason behind it.
function explained({ status, message }) {
  if (!status) return [t("actions.offline")];
  const known = data.words.refused[status] ?? t("refused.other");
  return [`${known} `, el("span.soft", { lang: "en" }, message)];
}

function missing({ action, units, text }, said) {
  if (units && !units.chosen()) return { words: t("actions.unit_missing"), field: units.field };
  if (NEEDS_TEXT.has(action) && !said) return { words: t("actions.text_missing"), field: text.field };
  return null;
}
