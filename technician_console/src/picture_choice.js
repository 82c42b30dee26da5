// What the technician would rather have of the picture, remembered in this browser.
import { PicturePreference } from "./protocol.js";

const KEY = "handrail.picture";
const KNOWN = Object.values(PicturePreference);

export class PictureChoice {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem">} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** What was chosen last; automatic when nothing was, or something that is not known any more. */
  recall() {
    const kept = this.#storage.getItem(KEY);
    return KNOWN.find((preference) => preference === kept) ?? PicturePreference.AUTOMATIC;
  }

  /** @param {PicturePreference} preference */
  remember(preference) {
    this.#storage.setItem(KEY, preference);
  }
}
