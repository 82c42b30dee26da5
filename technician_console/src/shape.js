// The front door of every channel: whether a message of the support client is one of the protocol, before anything
// reads it. What is right is in shapes.js, made from broker/protocol. Pure.
import { MESSAGES, PARTS } from "./shapes.js";

/**
 * What is compared, of JSON Schema; `ref` names one of PARTS.
 * @typedef {object} Shape
 * @property {string} [ref]
 * @property {unknown} [const]
 * @property {unknown[]} [enum]
 * @property {Shape[]} [anyOf]
 * @property {string} [type]
 * @property {Record<string, Shape>} [properties]
 * @property {string[]} [required]
 * @property {Shape} [items]
 * @property {Shape[]} [prefixItems]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [exclusiveMinimum]
 * @property {number} [exclusiveMaximum]
 * @property {number} [minItems]
 * @property {number} [maxItems]
 * @property {number} [minLength]
 * @property {number} [maxLength]
 * @property {string} [pattern]
 * @property {string} [format]
 */

/** @type {Record<string, (shape: Shape, value: any) => boolean>} */
const KINDS = {
  null: (_, value) => value === null,
  boolean: (_, value) => typeof value === "boolean",
  integer: (shape, value) => Number.isInteger(value) && within(shape, value),
  number: (shape, value) => Number.isFinite(value) && within(shape, value),
  string: (shape, value) => typeof value === "string" && isText(shape, value),
  array: (shape, value) => Array.isArray(value) && isList(shape, value),
  object: (shape, value) => isObject(value) && hasFields(shape, value),
};

/**
 * A message of this channel as the protocol has it, else null. Fields that are not known are no reason to refuse it.
 * @param {string} label
 * @param {string} text
 * @returns {any}
 */
export function messageIn(label, text) {
  const message = parse(text);
  const known = own(MESSAGES, label);
  const shape = known && isObject(message) && typeof message.type === "string" ? own(known, message.type) : undefined;
  return shape && fits(shape, message) ? message : null;
}

/** @param {Shape} shape @param {unknown} value @returns {boolean} */
export function fits(shape, value) {
  if (shape.ref !== undefined) return fits(PARTS[shape.ref], value);
  if ("const" in shape) return value === shape.const;
  if (shape.enum) return shape.enum.includes(value);
  if (shape.anyOf) return shape.anyOf.some((one) => fits(one, value));
  return shape.type === undefined || KINDS[shape.type](shape, value);
}

/** @param {Shape} shape @param {number} value */
const within = ({ minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity }, value) =>
  value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum;

/** Lengths count characters, not their halves. @param {Shape} shape @param {string} value */
function isText({ minLength = 0, maxLength = Infinity, pattern, format }, value) {
  if (value.length < minLength || value.length > 2 * maxLength) return false;
  if (value.length > maxLength && [...value].length > maxLength) return false;
  if (format === "date-time" && Number.isNaN(Date.parse(value))) return false;
  return pattern === undefined || patternOf(pattern).test(value);
}

/** @param {Shape} shape @param {unknown[]} value */
function isList({ items, prefixItems, minItems = 0, maxItems = Infinity }, value) {
  if (value.length < minItems || value.length > maxItems) return false;
  if (prefixItems && !prefixItems.every((shape, place) => fits(shape, value[place]))) return false;
  return !items || value.every((item) => fits(items, item));
}

/** @param {Shape} shape @param {Record<string, unknown>} value */
function hasFields({ properties = {}, required = [] }, value) {
  if (!required.every((name) => Object.hasOwn(value, name))) return false;
  return Object.entries(properties).every(([name, shape]) => !Object.hasOwn(value, name) || fits(shape, value[name]));
}

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @template T @param {Record<string, T>} table @param {string} name @returns {T | undefined} */
const own = (table, name) => (Object.hasOwn(table, name) ? table[name] : undefined);

/** @type {Map<string, RegExp>} */
const patterns = new Map();

/** @param {string} pattern */
function patternOf(pattern) {
  const found = patterns.get(pattern) ?? new RegExp(pattern, "u");
  patterns.set(pattern, found);
  return found;
}

/** @param {string} text @returns {unknown} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
