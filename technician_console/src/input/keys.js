// What a keyboard event means to the other side. Pure: it knows events, not elements.
import { KeyBy } from "../protocol.js";

/** @typedef {import("../protocol.js").InputKey} InputKey */
/** @typedef {import("../protocol.js").KeyBy} By */
/** @typedef {"text" | "keys"} Typing characters go as text, or every key as the place where it is */
/**
 * @typedef {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey" | "timeStamp">
 *   & {altGraph?: boolean}} KeyStroke `altGraph`: whether AltGr is held
 */

const MAX_LENGTH = 32;
/** Keys that name no key: part of a composition, or unknown to the browser (UI Events KeyboardEvent key). */
const NAMELESS = new Set(["Dead", "Process", "Unidentified", "Compose", ""]);
/** Windows reports AltGr as ControlLeft then AltRight, this close together. */
const ALTGR_WITHIN_MS = 50;

/** The chord that gives the keyboard back: Ctrl+Alt+Shift+Q. @param {KeyStroke} stroke */
export const isEscapeChord = (stroke) =>
  stroke.ctrlKey && stroke.altKey && stroke.shiftKey && (stroke.code === "KeyQ" || stroke.key.toLowerCase() === "q");

/**
 * How a key that goes down travels. `text`: the browser makes characters of it, alone or with the keys after it.
 * @param {KeyStroke} stroke
 * @param {Typing} typing
 * @param {boolean} onMac Option is no Alt there: it chooses characters, as AltGr does elsewhere
 * @returns {"text" | By}
 */
export function wayOf(stroke, typing, onMac) {
  if (typing === "keys") return stroke.code ? KeyBy.CODE : KeyBy.KEY;
  const makesText = NAMELESS.has(stroke.key) || [...stroke.key].length === 1;
  if (makesText && !isShortcut(stroke, onMac)) return "text";
  return NAMELESS.has(stroke.key) ? KeyBy.CODE : KeyBy.KEY;
}

/** Windows says Control and Alt of AltGr too. @param {KeyStroke} stroke @param {boolean} onMac */
function isShortcut({ ctrlKey, altKey, metaKey, altGraph = false }, onMac) {
  if (metaKey) return true;
  if (altGraph) return ctrlKey !== altKey;
  return ctrlKey || (altKey && !onMac);
}

/** Turns key strokes into messages, and remembers what is held so that each `up` matches its `down`. */
export class HeldKeys {
  /** How each physical key was told when it went down. @type {Map<string, {key: string, by: By, at: number}>} */
  #held = new Map();

  get size() {
    return this.#held.size;
  }

  /**
   * A key went down, or repeats.
   * @param {KeyStroke} stroke
   * @param {By} [by]
   * @returns {InputKey[]}
   */
  down(stroke, by = KeyBy.KEY) {
    if (!isNamed(stroke, by)) return [];
    const messages = stroke.key === "AltGraph" ? this.#liftFakeControl(stroke.timeStamp) : [];
    const key = stroke.key || "Unidentified";
    this.#held.set(identity(stroke), { key, by, at: stroke.timeStamp });
    return [...messages, message(key, stroke.code, true, by)];
  }

  /**
   * A key went up. It is told by the name it had when it went down: Shift may have changed since.
   * @param {KeyStroke} stroke
   * @returns {InputKey[]}
   */
  up(stroke) {
    const known = this.#held.get(identity(stroke));
    if (!known) return [];
    this.#held.delete(identity(stroke));
    return [message(known.key, stroke.code, false, known.by)];
  }

  clear() {
    this.#held.clear();
  }

  /** @param {number} now @returns {InputKey[]} */
  #liftFakeControl(now) {
    const control = this.#held.get("ControlLeft");
    if (!control || now - control.at > ALTGR_WITHIN_MS) return [];
    this.#held.delete("ControlLeft");
    return [message(control.key, "ControlLeft", false, control.by)];
  }
}

/** @param {KeyStroke} stroke */
const identity = (stroke) => stroke.code || stroke.key;

/** @param {KeyStroke} stroke @param {By} by */
const isNamed = ({ key, code }, by) =>
  (by === KeyBy.CODE ? code !== "" : !NAMELESS.has(key)) && key.length <= MAX_LENGTH && code.length <= MAX_LENGTH;

/** @param {string} key @param {string} code @param {boolean} down @param {By} by @returns {InputKey} */
const message = (key, code, down, by) => ({ type: "input.key", key, code, down, ...(by === KeyBy.KEY ? {} : { by }) });
