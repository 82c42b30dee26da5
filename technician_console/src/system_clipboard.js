// The only user of the browser's clipboard: it says what the browser allows, and never throws.
import { copyText } from "./copy.js";

/** @typedef {"denied" | "missing"} ClipboardFault missing: the page is not in a secure context, or the browser is old */

export class SystemClipboard {
  /** Whether the page has the focus, without which no browser touches the clipboard. */
  get focused() {
    return document.hasFocus();
  }

  /**
   * Whether it can be read without asking the technician.
   * @returns {Promise<boolean>}
   */
  async readsUnasked() {
    try {
      const { state } = await navigator.permissions.query({ name: /** @type {PermissionName} */ ("clipboard-read") });
      return state === "granted";
    } catch {
      return false; // a browser that has no such permission asks each time
    }
  }

  /** @returns {Promise<{text: string} | {fault: ClipboardFault}>} */
  async read() {
    if (!navigator.clipboard?.readText) return { fault: "missing" };
    try {
      return { text: await navigator.clipboard.readText() };
    } catch {
      return { fault: "denied" };
    }
  }

  /** Whether the text is in it now. @param {string} text @returns {Promise<boolean>} */
  write(text) {
    return copyText(text);
  }
}
