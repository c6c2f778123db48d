// A message as a phone shows it: links, and on WhatsApp *bold*, _italic_, ~struck~. Never innerHTML.

import { el } from "./dom.js";

const MARKED = /(^|[^\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}])/u;
const TAGS = { "*": "strong", _: "em", "~": "s" };
// Addresses, and the bare "host/lacak" that an SMS prints to save room.
const LINK = /https?:\/\/[^\s<>"]+|[\w.-]+(?::\d+)?\/lacak(?:\/\w+)?/g;

/** A fragment for `text`; `marks` says whether the channel knows bold and italic. */
export function richText(text, { marks = false } = {}) {
  const fragment = document.createDocumentFragment();
  let done = 0;
  for (const found of text.matchAll(LINK)) {
    const address = found[0].replace(/[.,;:!?)\]'*_~]+$/, "");
    if (!address) continue;
    fragment.append(...styled(text.slice(done, found.index), marks), link(address));
    done = found.index + address.length;
  }
  fragment.append(...styled(text.slice(done), marks));
  return fragment;
}

function link(address) {
  const href = address.startsWith("http") ? address : `http://${address}`;
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, address);
}

function styled(text, marks) {
  const found = marks ? MARKED.exec(text) : null;
  if (!found) return text ? [text] : [];
  const [whole, before, mark, inner] = found;
  const rest = text.slice(found.index + whole.length);
  return [
    text.slice(0, found.index) + before,
    el(TAGS[mark], {}, ...styled(inner, marks)),
    ...styled(rest, marks),
  ];
}
