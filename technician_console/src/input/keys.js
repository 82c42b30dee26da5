// What a keyboard event means to the other side. Pure: it knows events, not elements.

/** @typedef {import("../protocol.js").InputKey} InputKey */
/** @typedef {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey" | "timeStamp">} KeyStroke */

const MAX_LENGTH = 32;
/** Keys that name no key: part of a composition, or unknown to the browser (UI Events KeyboardEvent key). */
const NAMELESS = new Set(["Dead", "Process", "Unidentified", "Compose", ""]);
/** Windows reports AltGr as ControlLeft then AltRight, this close together. */
const ALTGR_WITHIN_MS = 50;

/** The chord that gives the keyboard back: Ctrl+Alt+Shift+Q. @param {KeyStroke} stroke */
export const isEscapeChord = (stroke) =>
  stroke.ctrlKey && stroke.altKey && stroke.shiftKey && (stroke.code === "KeyQ" || stroke.key.toLowerCase() === "q");

/** Turns key strokes into messages, and remembers what is held so that each `up` matches its `down`. */
export class HeldKeys {
  /** The key that each physical key gave when it went down. @type {Map<string, {key: string, at: number}>} */
  #held = new Map();

  get size() {
    return this.#held.size;
  }

  /**
   * A key went down, or repeats.
   * @param {KeyStroke} stroke
   * @returns {InputKey[]}
   */
  down(stroke) {
    if (!isNamed(stroke)) return [];
    const messages = stroke.key === "AltGraph" ? this.#liftFakeControl(stroke.timeStamp) : [];
    this.#held.set(identity(stroke), { key: stroke.key, at: stroke.timeStamp });
    return [...messages, message(stroke.key, stroke.code, true)];
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
    return [message(known.key, stroke.code, false)];
  }

  clear() {
    this.#held.clear();
  }

  /** @param {number} now @returns {InputKey[]} */
  #liftFakeControl(now) {
    const control = this.#held.get("ControlLeft");
    if (!control || now - control.at > ALTGR_WITHIN_MS) return [];
    this.#held.delete("ControlLeft");
    return [message(control.key, "ControlLeft", false)];
  }
}

/** @param {KeyStroke} stroke */
const identity = (stroke) => stroke.code || stroke.key;

/** @param {KeyStroke} stroke */
const isNamed = ({ key, code }) => !NAMELESS.has(key) && key.length <= MAX_LENGTH && code.length <= MAX_LENGTH;

/** @param {string} key @param {string} code @param {boolean} down @returns {InputKey} */
const message = (key, code, down) => ({ type: "input.key", key, code, down });
