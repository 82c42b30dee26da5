// The technician's clipboard in one session: sends it, fetches the end user's, or keeps both in step.
// What it shows it tells as changes of the live state; a text is never kept longer than it is needed.
import { ClipboardChannel, measured } from "./channels/clipboard.js";
import { problemOf, withLineFeeds } from "./clipboard_text.js";
import { freshId } from "./ids.js";
import { mayUseClipboard } from "./session.js";

/** @typedef {import("./session.js").LiveState} LiveState */
/** @typedef {import("./session.js").ClipboardState} ClipboardState */
/** @typedef {import("./protocol.js").ClipboardDirection} ClipboardDirection */
/** @typedef {Pick<import("./system_clipboard.js").SystemClipboard, "focused" | "readsUnasked" | "read" | "write">} System */
/**
 * @typedef {object} Surroundings
 * @property {System} system
 * @property {() => LiveState} state
 * @property {(message: import("./protocol.js").ConsoleClipboardMessage) => void} send
 * @property {(change: Partial<ClipboardState>) => void} show
 */

/** How long a note about a text is shown. */
const NOTE_SHOWN_MS = 8000;

export class TechnicianClipboard {
  #around;
  #channel;
  /** What both sides have: it need not be sent again. @type {string | null} */
  #common = null;
  /** The technician's text on its way. @type {string | null} */
  #offered = null;
  /** A text that came while the page had no focus. @type {string | null} */
  #waiting = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #noteTimer;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
    this.#channel = new ClipboardChannel(
      around.send,
      {
        sent: (size) => this.#sent(size),
        received: (text) => void this.#received(text),
        refused: (direction, reason) => this.#tell({ direction, problem: reason }),
      },
      freshId,
    );
  }

  /** @param {import("./protocol.js").ClientClipboardMessage} message */
  hear(message) {
    this.#channel.hear(message);
  }

  /** Send what is in the clipboard; where it cannot be read, ask for it in a dialog. */
  async send() {
    const found = await this.#around.system.read();
    if ("fault" in found) this.#around.show({ dialog: { kind: "send", fault: found.fault } });
    else this.sendText(found.text);
  }

  /** @param {string} typed */
  sendText(typed) {
    const text = withLineFeeds(typed);
    this.#around.show({ dialog: null });
    if (!this.#may("send")) return;
    const problem = problemOf(text);
    if (problem) return this.#tell({ direction: "send", problem });
    this.#offered = text;
    void this.#channel.offer(text);
  }

  fetch() {
    if (this.#may("receive")) this.#channel.fetch();
  }

  /** @param {boolean} on */
  follow(on) {
    this.#around.show({ following: on });
    if (this.#may("receive")) this.#channel.follow(on);
    if (on && this.#may("send")) void this.#sendChanged();
  }

  /** The page or the picture got the focus: what the technician copied elsewhere may be sent now. */
  async look() {
    if (this.#waiting !== null) await this.#received(this.#waiting);
    const wanted = this.#around.state().clipboard.following && this.#may("send");
    if (wanted && this.#around.system.focused && (await this.#around.system.readsUnasked())) await this.#sendChanged();
  }

  /** Put a text of the dialog into the clipboard, while the click that asked for it counts. @param {string} text */
  async copy(text) {
    if (!(await this.#around.system.write(text))) return;
    this.#around.show({ dialog: null });
    this.#tell({ direction: "receive", ...measured(text) });
  }

  closeDialog() {
    this.#around.show({ dialog: null });
  }

  /** The end user's side told the rights: take up following, or end what is not allowed any more. */
  rightsChanged() {
    const { following } = this.#around.state().clipboard;
    if (!this.#may("send") && !this.#may("receive")) this.#forget();
    else if (following && this.#may("receive")) this.#channel.follow(true);
  }

  /** The connection is gone. */
  reset() {
    this.#forget();
    this.#common = null;
    clearTimeout(this.#noteTimer);
  }

  #forget() {
    this.#channel.reset();
    this.#offered = this.#waiting = null;
  }

  async #sendChanged() {
    const found = await this.#around.system.read();
    if ("fault" in found) return this.#tell({ direction: "send", problem: "unavailable" });
    const text = withLineFeeds(found.text);
    if (text === "" || text === this.#common || text === this.#offered) return;
    this.sendText(text);
  }

  /** @param {{characters: number, bytes: number}} size */
  #sent(size) {
    this.#common = this.#offered;
    this.#offered = null;
    this.#tell({ direction: "send", ...size });
  }

  /** @param {string} text */
  async #received(text) {
    this.#waiting = null;
    if (!this.#around.system.focused) {
      this.#waiting = text;
      return this.#tell({ direction: "receive", ...measured(text), waiting: true });
    }
    if (await this.#around.system.write(text)) {
      this.#common = text;
      this.#tell({ direction: "receive", ...measured(text) });
    } else this.#around.show({ dialog: { kind: "received", text } });
  }

  /** @param {NonNullable<ClipboardState["note"]>} note */
  #tell(note) {
    clearTimeout(this.#noteTimer);
    this.#around.show({ note });
    this.#noteTimer = setTimeout(() => this.#around.show({ note: null }), NOTE_SHOWN_MS);
  }

  /** @param {ClipboardDirection} direction */
  #may(direction) {
    return mayUseClipboard(this.#around.state(), direction);
  }
}
