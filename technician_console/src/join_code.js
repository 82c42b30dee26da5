// The join code as people read, speak and type it. Pure text: it knows nothing of a code's life.
// The same rules as broker/protocol/join_code.py, with the table that is generated from it.
import { CODE_LENGTH, DAMM_TABLE } from "./protocol.js";

/** @typedef {"empty" | "not_digits" | "too_short" | "too_long" | "typing_error"} CodeFault */

/**
 * Keep only the digits of what was typed, at most `CODE_LENGTH` of them.
 * @param {string} text
 */
export function digitsOf(text) {
  return text.replace(/\D/g, "").slice(0, CODE_LENGTH);
}

/**
 * Write digits in groups of four, as a code is shown: `4821 0937 5520`.
 * @param {string} digits
 */
export function group(digits) {
  return (digits.match(/.{1,4}/g) ?? []).join(" ");
}

/**
 * Give the digit that makes `payload` (digits) a right code (Damm, 2004).
 * @param {string} payload
 */
export function checkDigit(payload) {
  let interim = 0;
  for (const digit of payload) interim = DAMM_TABLE[interim][Number(digit)];
  return String(interim);
}

/**
 * Say what is wrong with a code as typed, or null when nothing is.
 * @param {string} text
 * @returns {CodeFault | null}
 */
export function faultOf(text) {
  const digits = text.replace(/[\s-]/g, "");
  if (digits === "") return "empty";
  if (!/^[0-9]+$/.test(digits)) return "not_digits";
  if (digits.length < CODE_LENGTH) return "too_short";
  if (digits.length > CODE_LENGTH) return "too_long";
  return checkDigit(digits) === "0" ? null : "typing_error";
}

/**
 * What a page's path, such as `/j/482109375520`, says of a code: null when it is no link, `digits`
 * to begin with, and `valid` when nothing is missing or mistyped.
 * @param {string} pathname still encoded, as in `location`
 * @returns {{digits: string, valid: boolean} | null}
 */
export function codeInLink(pathname) {
  const encoded = pathname.match(/^\/j\/(.+)$/)?.[1];
  if (encoded === undefined) return null;
  const text = encoded.replaceAll("%20", " ");
  const fault = faultOf(text);
  return { digits: fault === "not_digits" ? "" : digitsOf(text), valid: fault === null };
}

/**
 * Spell a code for the phone: one line of digit words for each group of four.
 * @param {string} digits
 * @param {(digit: string) => string} word the digit's name in the reader's language
 * @returns {string[]}
 */
export function spoken(digits, word) {
  return group(digits)
    .split(" ")
    .map((four) => [...four].map(word).join(" "));
}
