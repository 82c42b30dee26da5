// The canned replies as the console has them: fetched, kept in step with the broker, and mended.

/** @typedef {import("./protocol.js").ReplyView} ReplyView */
/** @typedef {import("./api.js").FaultCode} FaultCode */
/** @typedef {{reply: ReplyView | null, title: string, text: string}} Draft the form that is open; `reply` is null for a new one */
/**
 * @typedef {object} RepliesState
 * @property {ReplyView[]} items by title
 * @property {boolean} loaded
 * @property {FaultCode | null} problem
 * @property {boolean} editing whether the dialog to mend them is open
 * @property {Draft | null} draft
 * @property {boolean} busy
 */
/**
 * @typedef {object} DeskParts
 * @property {Pick<import("./api.js").Api, "replies" | "createReply" | "changeReply" | "deleteReply">} api
 * @property {() => RepliesState} state
 * @property {(change: Partial<RepliesState>) => void} show
 * @property {(problem: unknown) => FaultCode | null} told
 */

/** @type {RepliesState} */
export const NO_REPLIES = { items: [], loaded: false, problem: null, editing: false, draft: null, busy: false };

export class RepliesDesk {
  #parts;

  /** @param {DeskParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  async load() {
    try {
      this.#parts.show({ items: (await this.#parts.api.replies()).replies, loaded: true, problem: null });
    } catch (problem) {
      this.#parts.show({ loaded: true, problem: this.#parts.told(problem) });
    }
  }

  /** Open the dialog, and at once the form for a new one where there is none yet. */
  async open() {
    this.#parts.show({ editing: true, draft: null, problem: null });
    await this.load();
    const { items, problem, editing } = this.#parts.state();
    if (editing && !problem && items.length === 0) this.draft(null);
  }

  close() {
    this.#parts.show({ editing: false, draft: null, problem: null });
  }

  /** Begin to write a new reply, or to change one. @param {ReplyView | null} reply */
  draft(reply) {
    this.#parts.show({ draft: { reply, title: reply?.title ?? "", text: reply?.text ?? "" }, problem: null });
  }

  leaveDraft() {
    this.#parts.show({ draft: null, problem: null });
  }

  /** @param {{title: string, text: string}} written */
  save({ title, text }) {
    const reply = this.#parts.state().draft?.reply ?? null;
    return this.#send({ title, text }, () => {
      const { api } = this.#parts;
      return reply ? api.changeReply(reply.reply_id, { title, text, version: reply.version }) : api.createReply({ title, text });
    });
  }

  delete() {
    const { draft } = this.#parts.state();
    const reply = draft?.reply;
    if (!draft || !reply) return Promise.resolve();
    return this.#send(draft, () => this.#parts.api.deleteReply(reply.reply_id));
  }

  /**
   * Send a change. When somebody else changed the same reply meanwhile, the draft stays as it is, and
   * saving it again replaces what they wrote: its author has been told.
   * @param {{title: string, text: string}} written
   * @param {() => Promise<unknown>} request
   */
  async #send({ title, text }, request) {
    if (this.#parts.state().busy) return;
    this.#parts.show({ busy: true, problem: null });
    try {
      await request();
      this.#parts.show({ busy: false, draft: null });
      await this.load();
    } catch (problem) {
      const code = this.#parts.told(problem);
      await this.load();
      this.#parts.show({ busy: false, problem: code, draft: this.#again(title, text, code) });
    }
  }

  /** The draft upon the newest version; upon none, if the reply is gone. @param {string} title @param {string} text @param {FaultCode | null} code */
  #again(title, text, code) {
    const { draft, items } = this.#parts.state();
    const newest = items.find(({ reply_id }) => reply_id === draft?.reply?.reply_id);
    return { reply: newest ?? (code === "not_found" ? null : (draft?.reply ?? null)), title, text };
  }
}
