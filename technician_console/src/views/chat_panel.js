// The chat: what was said, what is still on its way, and a field to say more. Links stay plain text.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { emptyChat, firstUnread, markOf } from "../channels/chat.js";
import { mayReadKept, standing } from "../company.js";
import { formatMoment, formatTime, t } from "../i18n.js";
import { NOTHING_KEPT } from "../kept_chat.js";
import { manyLines } from "../plain_text.js";
import { HAND_IN_WITHIN_S } from "../protocol.js";
import { mayWrite } from "../session.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";
import "./chat_composer.js";
import "./copy_button.js";

/** So many of the newest lines are shown, and so many more each time that earlier ones are asked for. */
const LINES_AT_ONCE = 200;
/** So near to its end a list counts as scrolled there. */
const NEAR_PX = 8;

export class ChatPanel extends View {
  static properties = {
    live: { attribute: false },
    visible: { type: Boolean },
    kept: { attribute: false },
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
      .refused {
        background: var(--warn-wash);
      }
      .undelivered {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        margin-top: 0.4rem;
      }
      .kept {
        flex-wrap: wrap;
      }
      .kept span:not(.icon) {
        flex: 1 1 11rem;
      }
      .news {
        display: grid;
        gap: 0.4rem;
        padding: 0 1rem;
      }
      .news > :last-child {
        margin-bottom: 0.6rem;
      }
      .news .note {
        font-size: 0.9rem;
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

  /** Whether it was asked what is kept of this session. */
  #asked = false;
  /** Whether the newest line is in sight. */
  #atEnd = true;
  /** What is written below may need more room: the newest line stays in sight. */
  #room = new ResizeObserver(() => this.#atEnd && this.#showNewest());

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
    /** @type {import("../kept_chat.js").KeptChat} */
    this.kept = NOTHING_KEPT;
    /** Whether the lines are on the page now. */
    this.visible = false;
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
    document.addEventListener("visibilitychange", this.#seen);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.removeEventListener("pointerenter", this.#read);
    this.removeEventListener("focusin", this.#read);
    document.removeEventListener("visibilitychange", this.#seen);
    this.#room.disconnect();
  }

  /** Lines may come faster than they can be drawn: all that came are drawn once a frame. */
  async scheduleUpdate() {
    await new Promise(requestAnimationFrame);
    super.scheduleUpdate();
  }

  get #chat() {
    return this.live?.chat ?? emptyChat();
  }

  get #ended() {
    return this.live?.session?.state === "ended";
  }

  render() {
    const { live } = this;
    if (!live) return nothing;
    const chat = this.#chat;
    const unread = firstUnread(chat);
    const closed = this.#closed(live);
    const quiet = chat.lines.length + chat.outbox.length === 0;
    return html`<div role="log" aria-label=${t("chat.title")} tabindex="0" @scroll=${this.#scrolled}>
        ${quiet ? html`<p class="muted small">${this.#silence(live)}</p>` : nothing}
        ${Math.max(chat.lines.length, quiet ? this.kept.lines.length : 0) > this.shown ? this.#earlier() : nothing}
        ${this.#ended ? this.#keptNote() : nothing}
        ${quiet ? this.#lines(this.kept.lines) : nothing}
        ${this.#lines(chat.lines, unread)}
        ${repeat(chat.outbox, (post) => post.id, (post) => this.#pending(post))}
      </div>
      <div class="foot">
        <div class="news" role="status">
          ${chat.typing ? html`<p class="muted small">${t("chat.typing")}</p>` : nothing}
          ${closed ? html`<p class="note">${icon("info")}<span>${t(closed)}</span></p>` : this.#news(chat)}
        </div>
        ${closed || this.#ended
          ? nothing
          : html`<hr-chat-composer ?open=${mayWrite(live)} .replies=${this.replies} .values=${this.values}></hr-chat-composer>`}
      </div>`;
  }

  /** Why nothing more can be written by whoever could before, and what to do; null: it can, or it was only ever read. @param {import("../session.js").LiveState} live */
  #closed(live) {
    if (this.#ended) return live.peer.everConnected || this.#chat.lines.length > 0 ? "chat.over" : null;
    return standing(live) === "in" ? null : "chat.out";
  }

  /** Whether the chat of this session is kept with the ticket, once that is known. */
  #keptNote() {
    const { loaded, asked, keptAt, problem } = this.kept;
    if (problem) return problemNote(problem);
    if (keptAt) {
      return html`<p class="note">${icon("shield-check")}<span>${t("kept.since", { time: formatMoment(keptAt) })}</span></p>`;
    }
    if (!loaded || !asked || !this.#mayStillAgree()) return nothing;
    return html`<div class="note kept">
      ${icon("info")}<span>${t("kept.not_yet")}</span>
      <button class="compact" type="button" @click=${() => this.want("kept.load")}>${t("kept.look_again")}</button>
    </div>`;
  }

  /** Somebody joined, and the session is not over for longer than a transcript is taken. */
  #mayStillAgree() {
    const { joined_at, ended_at } = this.live?.session ?? {};
    return Boolean(joined_at && ended_at) && Date.now() - Date.parse(ended_at ?? "") < HAND_IN_WITHIN_S * 1000;
  }

  /** @param {import("../session.js").LiveState} live */
  #silence({ session }) {
    if (this.#ended) return this.kept.keptAt ? "" : t("chat.none");
    return t(session?.state === "waiting" ? "chat.not_yet" : "chat.empty");
  }

  /** Who said it: oneself, a colleague by name, or the end user. @param {Pick<import("../protocol.js").ChatMessage, "author" | "by"> & Partial<import("../protocol.js").TranscriptLine>} line */
  #author(line) {
    if (line.by && line.by.account_id !== this.live?.accountId) return line.by.name;
    const read = line.author === "technician" && this.#isRead();
    return read ? (line.author_name ?? this.live?.session?.technician_name) : t(`author.${line.author}`);
  }

  /** By which road messages go, or why they wait. @param {import("../channels/chat.js").Chat} chat */
  #news(chat) {
    if (chat.full) return html`<p class="note warn">${icon("triangle-alert")}<span>${t("chat.full")}</span></p>`;
    if (this.#ended || this.live?.session?.state === "waiting") return nothing;
    if (chat.road === "relayed") return html`<p class="note">${icon("info")}<span>${t("chat.relayed")}</span></p>`;
    if (chat.road === null) return html`<p class="note warn">${icon("wifi-off")}<span>${t("chat.no_road")}</span></p>`;
    return nothing;
  }

  /** Whether what is shown was kept, and not said here: then nobody waits for it to arrive. */
  #isRead() {
    return this.#chat.lines.length === 0;
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

  /**
   * Lines for the page, with a mark before the first that nobody has read. A line is ten nodes,
   * because hundreds are kept: no space between its tags, no text beside them but by property.
   * @param {readonly import("../protocol.js").TranscriptLine[]} lines
   * @param {import("../protocol.js").TranscriptLine | null} [unread]
   */
  #lines(lines, unread = null) {
    const drawn = lines.slice(-this.shown).flatMap((line) => (line === unread ? [null, line] : [line]));
    return repeat(drawn, (line) => line?.sequence ?? "mark", (line) => (line ? this.#line(line) : html`<p class="mark">${t("chat.new")}</p>`));
  }

  /** @param {import("../protocol.js").TranscriptLine} line */
  #line(line) {
    const ours = line.author === "technician" && !this.#isRead();
    const mark = ours ? ` · ${t(`chat_mark.${markOf(this.#chat, line.sequence, this.#ended)}`)}` : "";
    return html`<div class="line ${line.author}"><p class="who"><span .textContent=${this.#author(line)}></span><time datetime=${line.sent_at} .textContent=${formatTime(line.sent_at) + mark}></time></p><p class="text" .textContent=${manyLines(line.text)}></p></div>`;
  }

  /** What no longer can be delivered is not lost: it can be copied, or taken back. @param {import("../protocol.js").ChatPost} post */
  #pending(post) {
    const mark = markOf(this.#chat, null, this.#ended);
    return html`<div class="line technician ${mark}">
      <p class="who"><span>${t("author.technician")}</span><span>${t(`chat_mark.${mark}`)}</span></p>
      <p class="text">${manyLines(post.text)}</p>
      ${mark === "refused"
        ? html`<p class="undelivered">
            <hr-copy-button .text=${post.text} label=${t("chat.copy")}></hr-copy-button>
            <button class="compact plain" type="button" @click=${() => this.want("chat.discard", { id: post.id })}>${icon("x")}${t("chat.discard")}</button>
          </p>`
        : nothing}
    </div>`;
  }

  #read = () => {
    if (this.#chat.unread > 0 && document.hasFocus()) this.want("chat.read");
  };

  #seen = () => {
    const { received, shownHere } = this.#chat;
    if (received > shownHere && this.visible && !document.hidden) this.want("chat.shown");
  };

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    this.#seen();
    if (this.#ended && !this.#asked && this.live && mayReadKept(this.live)) {
      this.#asked = true;
      this.want("kept.load");
    }
    if (!this.#ended) this.#asked = false;
    const opens = changed.has("visible") && this.visible; // lines that came while it was away moved nothing
    if (opens || this.#hasNews(changed)) this.#showNewest();
    if (changed.has("live") && this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement) this.#read();
  }

  /** @param {Map<string, unknown>} changed */
  #hasNews(changed) {
    if (!changed.has("live") && !changed.has("kept")) return false;
    const before = /** @type {import("../session.js").LiveState | null | undefined} */ (changed.get("live"))?.chat;
    return changed.has("kept") || before?.lines !== this.#chat.lines || before?.outbox !== this.#chat.outbox;
  }

  #showNewest() {
    const log = this.find('[role="log"]');
    if (!log) return;
    log.scrollTop = log.scrollHeight;
    this.#atEnd = true;
    this.#room.observe(log);
  }

  /** @param {Event} event */
  #scrolled = ({ target }) => {
    const { scrollHeight, scrollTop, clientHeight } = /** @type {HTMLElement} */ (target);
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  };
}

customElements.define("hr-chat-panel", ChatPanel);
