// The two doors: the officer's API with a token, the phones' panel without one.

import { data } from "./page-data.js";

/** What a door refused; `status` 0 means that nobody answered. */
export class Refusal extends Error {
  constructor(status, detail, field = "") {
    super(detail);
    this.status = status;
    this.field = field;
  }
}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Refusal(0, "");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Refusal(
    response.status, said.detail ?? said.error ?? said.reason ?? response.statusText,
    said.field ?? "",
  );
}

async function json(path, options) {
  const response = await call(path, options);
  return response.status === 204 ? null : response.json();
}

function sending(method, body, headers = {}) {
  const type = { "Content-Type": "application/json" };
  return { method, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

const officer = { Authorization: `Bearer ${data.token}` };
const complaints = "/api/v1/complaints";

export const desk = {
  list: (cursor, limit) =>
    json(`${complaints}?limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`, { headers: officer }),
  get: (number) => json(`${complaints}/${number}`, { headers: officer }),
  act: (number, action) =>
    json(`${complaints}/${number}/actions`, sending("POST", action, officer)),
  async photo(number, id, signal) {
    const options = { headers: officer, cache: "default", signal };
    return (await call(`${complaints}/${number}/photos/${id}`, options)).blob();
  },
  units: () => json("/demo/units"),
};

const phone = (number) => `/demo/provider/phones/${encodeURIComponent(number)}`;

export const phones = {
  list: () => json("/demo/provider/phones"),
  change: (number, fields) => json(phone(number), sending("PUT", fields)),
  conversation: (number, channel) => json(`${phone(number)}/${channel}/messages`),
  write: (number, channel, message) =>
    json(`${phone(number)}/${channel}/messages`, sending("POST", message)),
  read: (number, channel) => json(`${phone(number)}/${channel}/read`, { method: "POST" }),
  /** `{number, reason}`: the number as networks write it, or why there is none. */
  normalised: (typed) => json(`/demo/number?typed=${encodeURIComponent(typed)}`),
  stored: (path) => `/demo/provider${path}`,
};
