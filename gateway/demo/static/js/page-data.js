// What the server put into the page: words, samples, places, the officer's token.

export const data = JSON.parse(document.getElementById("page-data").textContent);

/** The words under `path` ("phone.send"), with {placeholders} filled in. */
export function t(path, values = {}) {
  const found = path.split(".").reduce((part, key) => part?.[key], data.words);
  if (found === undefined) throw new Error(`no words for ${path}`);
  if (typeof found !== "string") return found;
  return found.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
