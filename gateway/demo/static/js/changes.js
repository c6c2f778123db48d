// Hears from the server that something changed. The browser connects again by itself.

import { $ } from "./dom.js";
import { t } from "./page-data.js";

/**
 * Calls `onChange({complaints, phones})`, and after every new connection with everything: what
 * happened in between was not heard.
 */
export function listen(onChange) {
  const sign = $("live");
  const say = (live) => {
    sign.classList.toggle("on", live);
    sign.querySelector("span").textContent = t(live ? "page.live" : "page.offline");
  };
  const source = new EventSource("/demo/changes");
  source.addEventListener("open", () => {
    say(true);
    onChange({ complaints: true, phones: null });
  });
  source.addEventListener("error", () => {
    say(false);
    // A browser gives up for good when the server answers with an error, as a restarting one may.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(onChange), 2000);
  });
  source.addEventListener("changed", (event) => onChange(JSON.parse(event.data)));
  addEventListener("pagehide", () => source.close(), { once: true });
}

/** Runs `task` one at a time; calls during a run lead to one more run after it. */
export function oneAtATime(task) {
  let running = null;
  let again = false;
  return function run() {
    if (running) {
      again = true;
      return running;
    }
    running = task().catch((error) => console.warn(error.message || "no answer")).finally(() => {
      running = null;
      if (again) {
        again = false;
        run();
      }
    });
    return running;
  };
}
