// What the measures page asks for and shows: choices as an address, figures as numbers of a chart. Pure.

/** @typedef {import("./protocol.js").Figures} Figures */
/** @typedef {"day" | "week" | "month" | "technician" | "group"} By */
/** Days up to today, unless a first and a last day are named. @typedef {{days: number, by: By, from?: string, to?: string}} Choice */

export const SPANS = [7, 30, 90, 365];
export const PARTS = /** @type {const} */ (["day", "week", "month", "technician", "group"]);
export const TIMES = /** @type {const} */ (["wait", "code_to_picture", "first_response", "duration", "resolution"]);
const DAY_MS = 86_400_000;

/** What an address asks for; what makes no sense is what is usual. @param {string} query @returns {Choice} */
export function choiceIn(query) {
  const given = new URLSearchParams(query);
  const by = PARTS.find((part) => part === given.get("by")) ?? "day";
  const [from, to] = [dayIn(given.get("from")), dayIn(given.get("to"))];
  if (from && to && from <= to) return { days: 0, by, from, to };
  return { days: SPANS.find((span) => span === Number(given.get("days"))) ?? 30, by };
}

/** @param {string | null} text a day as a date field has it */
const dayIn = (text) => (/^\d{4}-\d{2}-\d{2}$/.test(text ?? "") && !Number.isNaN(Date.parse(text ?? "")) ? text : null);

/** @param {Choice} choice */
export const measuresHash = ({ days, by, from, to }) =>
  from && to ? `#/measures?from=${from}&to=${to}&by=${by}` : `#/measures?days=${days}&by=${by}`;

/** The first and the last day that are shown, in UTC. @param {Choice} choice @param {number} nowMs */
export function daysOf({ days, from, to }, nowMs) {
  if (from && to) return { from, to };
  return { from: dayOf(nowMs - (days - 1) * DAY_MS), to: dayOf(nowMs) };
}

/** @param {number} ms */
const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);

/** Whole days of UTC, the last one with them. @param {Choice} choice @param {number} nowMs */
export function measureQuery(choice, nowMs) {
  const { from, to } = daysOf(choice, nowMs);
  const span = { since: new Date(from).toISOString(), until: new Date(Date.parse(to) + DAY_MS).toISOString() };
  const { by } = choice;
  return by === "technician" || by === "group" ? { ...span, by } : { ...span, by: "period", period: by };
}

/** @param {Choice} choice @param {number} nowMs */
export const measuresUrl = (choice, nowMs) => `/api/v1/reports/sessions.csv?${new URLSearchParams(measureQuery(choice, nowMs))}`;

/** Seconds as a chart has them: minutes; nothing where nothing was measured. @param {number | null} seconds */
export const minutes = (seconds) => (seconds === null ? null : seconds / 60);

/** Of 1; null when there was no first contact. @param {Figures} figures */
export const firstContactShare = ({ first_contacts: all, first_contacts_resolved: resolved }) => (all ? resolved / all : null);
