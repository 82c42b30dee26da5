// What the measures page asks for and shows: choices as an address, figures as numbers of a chart. Pure.

/** @typedef {import("./protocol.js").Figures} Figures */
/** @typedef {"day" | "week" | "month" | "technician" | "group"} By */
/** @typedef {{days: number, by: By}} Choice */

export const SPANS = [7, 30, 90, 365];
export const PARTS = /** @type {const} */ (["day", "week", "month", "technician", "group"]);
export const TIMES = /** @type {const} */ (["wait", "code_to_picture", "first_response", "duration", "resolution"]);
const DAY_MS = 86_400_000;

/** What an address asks for; what makes no sense is what is usual. @param {string} query @returns {Choice} */
export function choiceIn(query) {
  const given = new URLSearchParams(query);
  const days = SPANS.find((span) => span === Number(given.get("days"))) ?? 30;
  return { days, by: PARTS.find((part) => part === given.get("by")) ?? "day" };
}

/** @param {Choice} choice */
export const measuresHash = ({ days, by }) => `#/measures?days=${days}&by=${by}`;

/** Whole days of UTC, today with them. @param {Choice} choice @param {number} nowMs */
export function measureQuery({ days, by }, nowMs) {
  const tomorrow = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
  const span = { since: new Date(tomorrow - days * DAY_MS).toISOString(), until: new Date(tomorrow).toISOString() };
  return by === "technician" || by === "group" ? { ...span, by } : { ...span, by: "period", period: by };
}

/** @param {Choice} choice @param {number} nowMs */
export const measuresUrl = (choice, nowMs) => `/api/v1/reports/sessions.csv?${new URLSearchParams(measureQuery(choice, nowMs))}`;

/** Seconds as a chart has them: minutes; nothing where nothing was measured. @param {number | null} seconds */
export const minutes = (seconds) => (seconds === null ? null : seconds / 60);

/** Of 1; null when there was no first contact. @param {Figures} figures */
export const firstContactShare = ({ first_contacts: all, first_contacts_resolved: resolved }) => (all ? resolved / all : null);
