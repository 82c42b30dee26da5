// The chat: what was said, what is still on its way, and a field to say more. Links stay plain text.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { firstUnread } from "../channels/chat.js";
import { formatTime, t } from "../i18n.js";
import { View } from "./base.js";
import { shared } from "./styles.js";
import "./chat_composer.js";

/** So many of the newest lines are shown, and so many more each time that earlier ones are asked for. */
const LINES_AT_ONCE = 200;

export class ChatPanel extends View {
  static properties = {
    chat: { attribute: false },
    peer: { attribute: false },
    ended: { type: Boolean },
    replies: { attribute: false },
    values: { attribute: false },
    shown: { state: true },
  };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        grid-template-rows: minmax(0, 1fr) auto;
        height: 100%;
      }
      [role="log"] {
        overflow: auto;
        overscroll-behavior: contain;
        padding: 0.9rem 1rem;
        display: flex;
        flex-direction: column;
        gap: 0.55rem;
      }
      .line {
        max-width: 90%;
        padding: 0.45rem 0.75rem;
        border-radius: var(--radius);
        background: var(--sunken);
        align-self: flex-start;
      }
      .line.technician {
        background: var(--accent-wash);
        align-self: flex-end;
      }
      .who {
        display: flex;
        gap: 0.6rem;
        justify-content: space-between;
        color: var(--muted);
        font-size: 0.8rem;
      }
      .earlier {
        align-self: center;
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .mark {
        display: flex;
        gap: 0.6rem;
        align-items: center;
        color: var(--accent);
        font-size: 0.8rem;
        font-weight: 600;
      }
      .mark::before,
      .mark::after {
        content: "";
        flex: 1;
        border-top: 1px solid currentColor;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../channels/chat.js").Chat} */
    this.chat = { lines: [], outbox: [], unread: 0 };
    /** @type {import("../session.js").LiveState["peer"]} */
    this.peer = { phase: "idle", everConnected: false, failure: null };
    this.ended = false;
    /** @type {import("../replies_desk.js").RepliesState | null} */
    this.replies = null;
    /** @type {import("../replies.js").FieldValues} */
    this.values = {};
    /** How many of the lines are shown at most, the newest. */
    this.shown = LINES_AT_ONCE;
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("pointerenter", this.#read);
    this.addEventListener("focusin", this.#read);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.removeEventListener("pointerenter", this.#read);
    this.removeEventListener("focusin", this.#read);
  }

  /** Lines may come faster than they can be drawn: all that came are drawn once a frame. */
  async scheduleUpdate() {
    await new Promise(requestAnimationFrame);
    super.scheduleUpdate();
  }

  render() {
    const { lines, outbox } = this.chat;
    const unread = firstUnread(this.chat);
    const quiet = lines.length + outbox.length === 0;
    return html`<div role="log" aria-label=${t("chat.title")} tabindex="0">
        ${quiet ? html`<p class="muted small">${this.#silence()}</p>` : nothing}
        ${lines.length > this.shown ? this.#earlier() : nothing}
        ${repeat(lines.slice(-this.shown), (line) => line.sequence, (line) => this.#line(line, line === unread))}
        ${repeat(outbox, (post) => post.id, pending)}
      </div>
      ${this.ended
        ? nothing
        : html`<hr-chat-composer ?open=${this.#open()} .replies=${this.replies} .values=${this.values}></hr-chat-composer>`}`;
  }

  #silence() {
    if (this.ended) return t("chat.none");
    return this.#open() ? t("chat.empty") : t("chat.not_yet");
  }

  #earlier() {
    return html`<button class="earlier" type="button" @click=${this.#showEarlier}>${t("chat.earlier")}</button>`;
  }

  /** What is looked at stays where it is; without a button to press again the lines take the focus. */
  async #showEarlier() {
    const log = this.find('[role="log"]');
    const below = log.scrollHeight - log.scrollTop;
    this.shown += LINES_AT_ONCE;
    await this.updateComplete;
    log.scrollTop = log.scrollHeight - below;
    if (!this.find(".earlier")) log.focus({ preventScroll: true });
  }

  /** @param {import("../protocol.js").ChatMessage} line @param {boolean} isFirstUnread */
  #line(line, isFirstUnread) {
    return html`${isFirstUnread ? html`<p class="mark">${t("chat.new")}</p>` : nothing}
      <div class="line ${line.author}">
        <p class="who"><span>${t(`author.${line.author}`)}</span><time datetime=${line.sent_at}>${formatTime(line.sent_at)}</time></p>
        <p class="text">${line.text}</p>
      </div>`;
  }

  /** Whether one may write: what is said while the connection is away is kept and sent later. */
  #open() {
    return this.peer.everConnected || this.chat.outbox.length > 0;
  }

  #read = () => {
    if (this.chat.unread > 0 && document.hasFocus()) this.want("chat.read");
  };

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (!changed.has("chat")) return;
    if (this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement) this.#read();
    const before = /** @type {import("../channels/chat.js").Chat | undefined} */ (changed.get("chat"));
    if (before && before.lines === this.chat.lines && before.outbox === this.chat.outbox) return;
    const log = this.find('[role="log"]');
    log.scrollTop = log.scrollHeight;
  }
}

/** @param {import("../protocol.js").ChatPost} post */
const pending = (post) =>
  html`<div class="line technician">
    <p class="who"><span>${t("author.technician")}</span><span>${t("chat.sending")}</span></p>
    <p class="text">${post.text}</p>
  </div>`;

customElements.define("hr-chat-panel", ChatPanel);
