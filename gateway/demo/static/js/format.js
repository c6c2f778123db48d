// Moments and numbers as people here write them: Jakarta time, 14.05; 0812-3456-7890.

import { t } from "./page-data.js";

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Jakarta", hourCycle: "h23",
  year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
});

function here(moment) {
  const found = parts.formatToParts(new Date(moment)).map((p) => [p.type, p.value]);
  return Object.fromEntries(found);
}

/** "14.05" */
export function clock(moment) {
  const { hour, minute } = here(moment);
  return `${hour}.${minute}`;
}

/** "20 Nov" */
export function day(moment) {
  const { day: number, month } = here(moment);
  return `${Number(number)} ${t("units.months").split(" ")[month - 1]}`;
}

/** Days between two moments by the calendar in Jakarta: 1 is tomorrow. */
export function daysFrom(now, moment) {
  const count = (m) => {
    const { year, month, day: number } = here(m);
    return Date.UTC(year, month - 1, number) / 86_400_000;
  };
  return count(moment) - count(now);
}

/** "hari ini 14.05", "besok 08.00", "23 Nov 09.30"; today alone may be left out. */
export function spoken(moment, { now = Date.now(), today = true } = {}) {
  const time = clock(moment);
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[daysFrom(now, moment)];
  if (near === "today" && !today) return time;
  return near ? t(`units.${near}`, { time }) : t("units.on_day", { day: day(moment), time });
}

/** "3 mnt", "2 j 05 mnt", "4 hari" */
export function span(milliseconds) {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
  const hours = Math.floor(minutes / 60);
  if (minutes < 60) return t("units.minutes", { n: minutes });
  if (hours < 6) return t("units.hours_minutes", { n: hours, m: minutes % 60 });
  if (hours < 48) return t("units.hours", { n: hours });
  return t("units.days", { n: Math.floor(hours / 24) });
}

/** How long ago, in the fewest words. */
export function age(moment, now = Date.now()) {
  const passed = now - new Date(moment);
  return passed < 60_000 ? t("units.now") : span(passed);
}

/** "+6281234567890" as "0812-3456-7890"; foreign numbers in groups. */
export function phoneNumber(number) {
  if (number.startsWith("+62")) {
    const local = `0${number.slice(3)}`;
    return [local.slice(0, 4), local.slice(4, 8), local.slice(8)].filter(Boolean).join("-");
  }
  return number.replace(/^(\+\d{2})(\d{4})(\d{3})(\d+)$/, "$1 $2 $3 $4");
}

/** "0812…7890", where room is scarce. */
export function shortNumber(number) {
  const whole = phoneNumber(number).replace(/[^+\d]/g, "");
  return `${whole.slice(0, 4)}…${whole.slice(-4)}`;
}

/** The first `count` words, with a sign that there are more. */
export function firstWords(text, count) {
  const words = text.trim().split(/\s+/);
  return words.length > count ? `${words.slice(0, count).join(" ")} …` : words.join(" ");
}
