// Keys pressed, and characters made of them, while a text field has the focus. The field is what lets
// the browser compose: dead keys, AltGr, Compose, input methods and on-screen keyboards all end in it.
// What it holds is emitted and taken out again, so nothing is lost or doubled. It never sends.
import { HeldKeys, isEscapeChord, wayOf } from "./keys.js";
import { chord } from "./palette.js";
import { textMessages } from "./text.js";

/** @typedef {import("../protocol.js").InputMessage} InputMessage */
/** @typedef {import("./keys.js").Typing} Typing */

/** Keys of on-screen keyboards that come as edits only (Input Events, `inputType`). @type {Record<string, string>} */
const EDITS = {
  deleteContentBackward: "Backspace",
  deleteContentForward: "Delete",
  insertLineBreak: "Enter",
  insertParagraph: "Enter",
};
/** Edits that are not typed. */
const FOREIGN = new Set(["insertFromPaste", "insertFromDrop", "insertFromYank", "historyUndo", "historyRedo"]);

export class KeyboardInput {
  #emit;
  #onEscape;
  #onMac;
  #held = new HeldKeys();
  /** @type {Typing} */
  #typing = "text";
  /** @type {HTMLTextAreaElement | null} */
  #field = null;

  /**
   * @param {(message: InputMessage) => void} emit
   * @param {() => void} onEscape the technician asked for the keyboard back
   * @param {boolean} [onMac]
   */
  constructor(emit, onEscape, onMac = navigator.platform.startsWith("Mac")) {
    this.#emit = emit;
    this.#onEscape = onEscape;
    this.#onMac = onMac;
  }

  /** @param {HTMLTextAreaElement} field hidden, and empty but for a moment */
  attach(field) {
    this.detach();
    this.#field = field;
    for (const [type, listener] of this.#listeners()) field.addEventListener(type, listener);
    document.addEventListener("visibilitychange", this.#hidden);
    window.addEventListener("pagehide", this.release);
    this.choose(this.#typing);
  }

  detach() {
    if (!this.#field) return;
    this.release();
    for (const [type, listener] of this.#listeners()) this.#field.removeEventListener(type, listener);
    document.removeEventListener("visibilitychange", this.#hidden);
    window.removeEventListener("pagehide", this.release);
    this.#field = null;
  }

  /** In a field that is read only the browser composes nothing: every key is a key. @param {Typing} typing */
  choose(typing) {
    if (typing !== this.#typing) this.release();
    this.#typing = typing;
    if (this.#field) this.#field.readOnly = typing === "keys";
  }

  /** Let go of everything, buttons included: the other side must not be left with a held key. */
  release = () => {
    this.#held.clear();
    this.#emit({ type: "input.release" });
  };

  /** @returns {[string, (event: any) => void][]} */
  #listeners() {
    return [
      ["keydown", this.#down],
      ["keyup", this.#up],
      ["beforeinput", this.#edited],
      ["input", this.#typed],
      ["compositionend", this.#take],
      ["blur", this.release],
    ];
  }

  /** @param {KeyboardEvent} event */
  #down = (event) => {
    event.stopPropagation();
    if (isEscapeChord(event)) {
      event.preventDefault();
      this.release();
      this.#onEscape();
      return;
    }
    const way = event.isComposing ? "text" : wayOf(strokeOf(event), this.#typing, this.#onMac);
    if (way === "text") return; // the browser puts what comes of it into the field
    event.preventDefault();
    if (this.#isOption(event)) return;
    for (const message of this.#held.down(strokeOf(event), way)) this.#emit(message);
  };

  /** @param {KeyboardEvent} event */
  #up = (event) => {
    stop(event);
    for (const message of this.#held.up(event)) this.#emit(message);
    // macOS keeps silent about keys that go up while Command is held.
    if (event.key === "Meta" && this.#held.size > 0) this.release();
  };

  /** Where it chooses characters, Option is not held on the other side as well. @param {KeyboardEvent} event */
  #isOption(event) {
    return this.#onMac && this.#typing === "text" && event.key === "Alt";
  }

  /** @param {InputEvent} event */
  #edited = (event) => {
    if (event.isComposing) return;
    const key = EDITS[event.inputType];
    if (!key && !FOREIGN.has(event.inputType)) return;
    event.preventDefault();
    if (key) for (const message of chord([{ key, code: key }])) this.#emit(message);
  };

  /** @param {InputEvent} event */
  #typed = (event) => {
    if (!event.isComposing) this.#take();
  };

  /** Emit what is in the field. A browser that tells the end of a composition twice finds it empty. */
  #take = () => {
    if (!this.#field) return;
    const { value } = this.#field;
    this.#field.value = "";
    for (const message of textMessages(value)) this.#emit(message);
  };

  #hidden = () => {
    if (document.hidden) this.release();
  };
}

/** @param {KeyboardEvent} event @returns {import("./keys.js").KeyStroke} */
function strokeOf(event) {
  const { key, code, ctrlKey, altKey, shiftKey, metaKey, timeStamp } = event;
  return { key, code, ctrlKey, altKey, shiftKey, metaKey, timeStamp, altGraph: event.getModifierState("AltGraph") };
}

/** @param {Event} event */
function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}
