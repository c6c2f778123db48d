// The strip that says what runs in between: a light runs along a wire when something passes.

import { $ } from "./dom.js";

/** Light up the wire to "phone" or "desk". */
export function pulse(name) {
  const wire = $("strip").querySelector(`[data-link=${name}] .wire`);
  wire.getAnimations({ subtree: true }).forEach((a) => a.cancel());
  wire.classList.remove("busy");
  requestAnimationFrame(() => wire.classList.add("busy"));
}
