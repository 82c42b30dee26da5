// Canned replies: their fields, what stands in the place of each, and finding one by what was typed. Pure.
import { people } from "./company.js";

/** @typedef {import("./protocol.js").ReplyView} ReplyView */
/** @typedef {typeof FIELDS[number]} Field */
/** @typedef {Partial<Record<Field, string | null>>} FieldValues */
/**
 * @typedef {object} Piece
 * @property {string} text as it is shown
 * @property {"text" | "filled" | "missing" | "unknown"} kind missing: a field that nobody knows the value of; unknown: no field at all
 */

/** What may stand in curly brackets in a canned reply. */
export const FIELDS = /** @type {const} */ (["end_user", "ticket", "technician", "organisation", "computer"]);

/** Something in curly brackets that looks like a field. */
const IN_BRACKETS = /\{([A-Za-z][A-Za-z0-9_ -]{0,30})\}/g;

/** @param {string} name @returns {name is Field} */
const isField = (name) => FIELDS.some((field) => field === name);

/**
 * A canned reply in pieces, with every field filled whose value is known. The others stay as they are written.
 * @param {string} text
 * @param {FieldValues} values
 * @returns {Piece[]}
 */
export function pieces(text, values) {
  /** @type {Piece[]} */
  const found = [];
  let from = 0;
  for (const match of text.matchAll(IN_BRACKETS)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index), kind: "text" });
    found.push(piece(match[0], match[1] ?? "", values));
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), kind: "text" });
  return found;
}

/** @param {string} whole @param {string} name @param {FieldValues} values @returns {Piece} */
function piece(whole, name, values) {
  if (!isField(name)) return { text: whole, kind: "unknown" };
  const value = values[name]?.trim();
  return value ? { text: value, kind: "filled" } : { text: whole, kind: "missing" };
}

/** @param {string} text @param {FieldValues} values */
export const filled = (text, values) => pieces(text, values).map((each) => each.text).join("");

/** The fields of a text, as they are written in it, each once. @param {string} text */
export const fieldsOf = (text) => named(text, isField);

/** What looks like a field in a text and is none, each once. @param {string} text */
export const unknownFieldsOf = (text) => named(text, (name) => !isField(name));

/** @param {string} text @param {(name: string) => boolean} which */
function named(text, which) {
  const names = [...text.matchAll(IN_BRACKETS)].filter((match) => which(match[1] ?? "")).map((match) => match[0]);
  return [...new Set(names)];
}

/**
 * The replies in which every word of the search is found, those with all of it in their title first.
 * @param {readonly ReplyView[]} replies
 * @param {string} query
 */
export function search(replies, query) {
  const words = folded(query).split(/\s+/).filter(Boolean);
  const holds = (/** @type {string} */ text) => words.every((word) => folded(text).includes(word));
  const inTitle = replies.filter(({ title }) => holds(title));
  const inText = replies.filter((reply) => !inTitle.includes(reply) && holds(`${reply.title} ${reply.text}`));
  return [...inTitle, ...inText];
}

/** Without case and accents: `café` is found by `CAFE`. @param {string} text */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * What stands in the place of each field of a canned reply.
 * @param {import("./session.js").LiveState} live
 * @param {import("./protocol.js").SessionView} session
 * @param {string} organisation
 * @returns {FieldValues}
 */
export const fieldValues = (live, session, organisation) => ({
  end_user: live.endUserName,
  ticket: session.ticket_id,
  technician: people(live).find(({ id }) => id === live.accountId)?.name ?? session.technician_name,
  organisation,
  computer: session.machine,
});
