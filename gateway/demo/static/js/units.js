// Choosing a unit: a field that searches, with a list under it (the ARIA combobox pattern).

import { desk as api } from "./api.js";
import { el } from "./dom.js";
import { t } from "./page-data.js";

const SHOWN = 8;
// Asked for at once, so that the list is there when somebody types; again if that failed.
let asked = api.units().catch(() => null);

/** Every unit. */
async function units() {
  asked = asked.then((found) => found ?? api.units().catch(() => null));
  return (await asked) ?? [];
}

/** `{node, field, chosen()}`; `suggested` are names offered as buttons, `without` is no choice. */
export function unitPicker({ label, suggested, without }) {
  let choice = null;
  let options = [];
  let active = -1;
  let all = [];

  const list = el("ul.options", { id: "unit-options", role: "listbox", "aria-label": label, hidden: true });
  const field = el("input", {
    id: "unit", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": "unit-options", "aria-autocomplete": "list",
    placeholder: t("actions.unit_hint"), oninput: search, onkeydown: key, onfocus: search,
    onblur: () => show(false),
  });
  const said = el("span.unseen", { role: "status" });
  const chips = el("div.chips");
  units().then((found) => {
    all = found.filter((unit) => unit.id !== without);
    const offered = suggested.map((name) => all.find((u) => u.name === name)).filter(Boolean);
    chips.replaceChildren(...offered.map((unit) => el(
      "button.chip", { type: "button", onclick: () => choose(unit) }, unit.name)));
    if (document.activeElement === field) search();
  });

  function search() {
    if (choice && field.value !== choice.name) choice = null;
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = all.filter((u) => words.every((w) => u.name.toLowerCase().includes(w)));
    options = fits.slice(0, SHOWN);
    active = -1;
    list.replaceChildren(...options.map((unit, index) => el(
      "li", {
        role: "option", id: `unit-${index}`, "aria-selected": "false",
        onpointerdown: (event) => (event.preventDefault(), choose(unit)),
      }, unit.name)));
    if (all.length && !fits.length) list.append(el("li.none", { role: "option", "aria-disabled": "true" }, t("actions.unit_none")));
    said.textContent = field.value ? t("actions.unit_count", { count: fits.length }) : "";
    show(document.activeElement === field && !choice && field.value !== "");
  }

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) field.removeAttribute("aria-activedescendant");
  }

  function choose(unit) {
    choice = unit;
    field.value = unit.name;
    show(false);
    field.focus();
  }

  function key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      show(true);
      active = (active + step + options.length) % options.length;
      [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === active)));
      field.setAttribute("aria-activedescendant", `unit-${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (options.length) choose(options[Math.max(active, 0)]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  }

  const node = el("div.field.unit", {},
    el("label", { for: "unit" }, label), chips, el("div.combo", {}, field, list), said);
  return { node, field, chosen: () => choice };
}
