// What the reporter sent, fetched with the officer's token, and shown large on a press.

import { desk as api } from "./api.js";
import { el, icon } from "./dom.js";
import { t } from "./page-data.js";

const SIGNS = { photo: "photo", voice: "voice" };

/** The pictures of one complaint at a time; they are let go when another one is opened. */
export class Photos {
  #number = "";
  #urls = new Map();
  #leaving = new AbortController();
  #drawn = { photos: "", section: null };

  /** From now on of `number`. */
  of(number) {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
    this.#number = number;
    this.#forget();
  }

  /** One section for `photos`, the same as long as they are the same; or none. */
  draw(photos) {
    if (!photos.length) return [];
    const key = JSON.stringify(photos);
    if (this.#drawn.photos !== key) {
      const tiles = photos.map((photo, index) => this.#tile(photo, index + 1));
      const section = el("section", {}, el("h4", {}, t("detail.photos")), el("div.photos", {}, tiles));
      this.#drawn = { photos: key, section };
    }
    return [this.#drawn.section];
  }

  // The next drawing begins anew: for another complaint, or to try a lost picture again.
  #forget() {
    this.#drawn = { photos: "", section: null };
  }

  #tile(photo, index) {
    if (photo.kind !== "photo" || !photo.ready) {
      const words = photo.kind === "voice" ? t("phone.voice") : t("phone.file");
      return el("span.tile", {}, icon(SIGNS[photo.kind] ?? "file"),
        photo.ready ? words : t("detail.photo_waits"));
    }
    const image = el("img", { alt: "" });
    const tile = el("button.tile", {
      type: "button", "aria-label": t("detail.photo_open", { index }), onclick: () => enlarge(image),
    }, image);
    this.#load(photo.id).then((url) => { image.src = url; }, (error) => {
      if (error.name === "AbortError") return;
      tile.replaceWith(el("span.tile", {}, t("detail.photo_lost")));
      this.#forget();
    });
    return tile;
  }

  async #load(id) {
    if (!this.#urls.has(id)) {
      const { signal } = this.#leaving;
      const url = URL.createObjectURL(await api.photo(this.#number, id, signal));
      if (signal.aborted) {
        URL.revokeObjectURL(url);
        throw new DOMException("left", "AbortError");
      }
      this.#urls.set(id, url);
    }
    return this.#urls.get(id);
  }
}

function enlarge(image) {
  const dialog = el(
    "dialog.enlarged", { "aria-label": t("detail.photos"), onclick: () => dialog.close() },
    el("img", { src: image.src, alt: "" }),
    el("button.round", { type: "button", "aria-label": t("page.close") }, icon("close")),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
