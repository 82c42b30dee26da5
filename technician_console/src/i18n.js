// The words of the pages in the reader's language. Catalogues come in from outside (static/locales);
// this module fetches nothing.

/** @typedef {"en" | "fr"} Language */
/** @typedef {Record<string, string>} Catalogue */
/** @typedef {Record<string, string | number>} Values */

export const LANGUAGES = /** @type {const} */ (["en", "fr"]);
const STORAGE_KEY = "handrail.language";

/** @type {Language} */
let current = "en";
/** @type {Catalogue} */
let catalogue = {};
/** The reader's own variant of the language, for dates and numbers: `en-GB`. */
let region = "en";
/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * The language to begin with: the one chosen before, else the browser's, else English.
 * @param {readonly string[]} preferred as in `navigator.languages`
 * @param {string | null} chosen what was kept from an earlier choice
 * @param {readonly Language[]} offered
 * @returns {Language}
 */
export function pickLanguage(preferred, chosen, offered = LANGUAGES) {
  const wanted = [chosen ?? "", ...preferred].map((tag) => tag.slice(0, 2).toLowerCase());
  const known = (/** @type {string} */ tag) => offered.some((language) => language === tag);
  return offered.find((language) => language === wanted.find(known)) ?? offered[0] ?? "en";
}

/** The language chosen on this device before, if any. @returns {string | null} */
export function chosenLanguage() {
  return localStorage.getItem(STORAGE_KEY);
}

/** @param {Language} language */
export function rememberLanguage(language) {
  localStorage.setItem(STORAGE_KEY, language);
}

/**
 * Speak this language from now on, and tell every listener.
 * @param {Language} language
 * @param {Catalogue} words
 */
export function useLanguage(language, words) {
  current = language;
  region = readersVariant(language, globalThis.navigator?.languages ?? []);
  catalogue = words;
  for (const listener of listeners) listener();
}

/**
 * The reader's own variant of a language, for dates and numbers: the browser's where it has one,
 * else the language as it is used in the browser's region, which knows 24 hours from 12.
 * @param {Language} language
 * @param {readonly string[]} preferred as in `navigator.languages`
 */
export function readersVariant(language, preferred) {
  const tags = preferred.map((tag) => new Intl.Locale(tag)).filter((tag) => tag.region);
  const own = tags.find((tag) => tag.language === language);
  if (own) return own.baseName;
  return tags[0] ? `${language}-${tags[0].region}` : language;
}

export const language = () => current;

/**
 * Call `listener` whenever the language changes.
 * @param {() => void} listener
 * @returns {() => void} stops it
 */
export function onLanguageChange(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * The text for a key, with `{name}` replaced from `values`. A key with the forms `key.one` and
 * `key.other` follows `values.count` (Intl.PluralRules). A missing key shows itself.
 * @param {string} key
 * @param {Values} [values]
 */
export function t(key, values = {}) {
  const text = catalogue[key] ?? pluralForm(key, values) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? formatNumber(value) : value;
  });
}

/**
 * @param {string} key
 * @param {Values} values
 */
function pluralForm(key, values) {
  if (typeof values.count !== "number") return undefined;
  return catalogue[`${key}.${new Intl.PluralRules(current).select(values.count)}`] ?? catalogue[`${key}.other`];
}

/** Whether the catalogue has this key. @param {string} key */
export const hasText = (key) => key in catalogue;

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export const formatNumber = (value, options) => new Intl.NumberFormat(region, options).format(value);

/** As people read a size: `3.4 MB`. @param {number} count bytes */
export function formatBytes(count) {
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), BYTE_UNITS.length - 1);
  const unit = BYTE_UNITS[power];
  return formatNumber(count / 1024 ** power, { style: "unit", unit, unitDisplay: power === 0 ? "long" : "short", maximumFractionDigits: power > 1 ? 1 : 0 });
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** Date and time, to the minute. @param {string} iso */
export const formatMoment = (iso) =>
  new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

/** Month and year. @param {string} iso */
export const formatMonth = (iso) => new Intl.DateTimeFormat(region, { month: "long", year: "numeric" }).format(new Date(iso));

/** A day in UTC, or the month that begins with it, as short as an axis needs it. @param {string} day @param {string} by */
export const formatPeriod = (day, by) =>
  new Intl.DateTimeFormat(region, { timeZone: "UTC", month: "short", ...(by === "month" ? { year: "numeric" } : { day: "numeric" }) }).format(new Date(day));

/** Time of day. @param {string} iso @param {"short" | "medium"} [style] */
export const formatTime = (iso, style = "short") =>
  new Intl.DateTimeFormat(region, { timeStyle: style }).format(new Date(iso));

/**
 * A span of time as a clock shows it: `9:05`, `1:00:00`.
 * @param {number} milliseconds
 */
export function formatClock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3600);
  const shown = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return hours > 0 ? `${hours}:${shown}` : shown.replace(/^0/, "");
}
