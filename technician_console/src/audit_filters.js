// What somebody asks the audit log for, as an address of this page and as a query of the API. Pure.

/** The names of the filters, in the order of the form: those of `AuditSelection` (protocol.js). */
export const FILTERS = /** @type {const} */ ([
  "ticket", "technician", "end_user", "machine", "address", "file", "text", "action", "outcome", "since", "until", "session",
]);

/** @typedef {(typeof FILTERS)[number]} Filter */
/** @typedef {Partial<Record<Filter, string>>} Asked only what is asked for, nothing empty */

/**
 * @param {string} query as in `#/audit?ticket=T-1`, without the question mark
 * @returns {Asked}
 */
export function askedIn(query) {
  const given = new URLSearchParams(query);
  return asked(Object.fromEntries(FILTERS.map((name) => [name, given.get(name) ?? ""])));
}

/** What is asked for, without what is empty. @param {Partial<Record<Filter, string>>} values @returns {Asked} */
export const asked = (values) =>
  Object.fromEntries(FILTERS.map((name) => [name, (values[name] ?? "").trim()]).filter(([, value]) => value));

/** The address that shows the same again, to anybody. @param {Asked} what */
export function auditHash(what) {
  const query = new URLSearchParams(asked(what)).toString();
  return query ? `#/audit?${query}` : "#/audit";
}

/** Where the same records are to be had as a file. @param {Asked} what @param {string} format */
export const exportUrl = (what, format) => `/api/v1/audit/export?${new URLSearchParams({ ...asked(what), format })}`;

/** A moment as a field for local time shows it. @param {string | undefined} iso */
export function localMoment(iso) {
  const moment = new Date(iso ?? "");
  if (Number.isNaN(moment.getTime())) return "";
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The moment in a field for local time, the same for whoever opens the address elsewhere. @param {string} local */
export function isoMoment(local) {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? "" : moment.toISOString();
}

/** The filter that the broker names in its refusal. @param {string} detail @returns {Filter | null} */
export const faultyFilter = (detail) => FILTERS.find((name) => detail.startsWith(`${name}:`)) ?? null;
