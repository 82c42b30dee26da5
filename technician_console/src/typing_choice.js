// How the technician wants keys to travel, remembered in this browser.

/** @typedef {import("./input/keys.js").Typing} Typing */

const KEY = "handrail.typing";

export class TypingChoice {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem">} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** What was chosen last; text when nothing was. @returns {Typing} */
  recall() {
    return this.#storage.getItem(KEY) === "keys" ? "keys" : "text";
  }

  /** @param {Typing} typing */
  remember(typing) {
    this.#storage.setItem(KEY, typing);
  }
}
