// Finds a canned reply and shows it filled in: chosen, it goes into the message field and nowhere else.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { fieldsOf, filled, pieces, search } from "../replies.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";
import { replyText } from "./reply_text.js";
import { shared } from "./styles.js";

/** @typedef {import("../protocol.js").ReplyView} ReplyView */

export class ReplyPicker extends View {
  static properties = {
    replies: { attribute: false },
    values: { attribute: false },
    query: { state: true },
    active: { state: true },
  };
  static styles = [
    ...shared,
    replyText,
    css`
      :host {
        display: grid;
        gap: 0.6rem;
        padding: 0.8rem 1rem;
        border-top: 1px solid var(--line);
        background: var(--surface);
        box-shadow: 0 -6px 18px rgb(0 0 0 / 8%);
      }
      ul {
        list-style: none;
        max-height: 11rem;
        overflow: auto;
        overscroll-behavior: contain;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }
      li {
        padding: 0.4rem 0.7rem;
        cursor: pointer;
        overflow-wrap: anywhere;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      li[aria-selected="true"] {
        background: var(--accent-wash);
        box-shadow: inset 3px 0 0 var(--accent);
      }
      .preview {
        max-height: 9rem;
        overflow: auto;
        padding: 0.5rem 0.7rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
        font-size: 0.92rem;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem 0.8rem;
        align-items: center;
        justify-content: space-between;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../replies_desk.js").RepliesState} */
    this.replies = { items: [], loaded: false, problem: null, editing: false, draft: null, busy: false };
    /** @type {import("../replies.js").FieldValues} */
    this.values = {};
    this.query = "";
    /** The id of the reply that Enter would insert; the first one found if it is not among them. */
    this.active = "";
  }

  firstUpdated() {
    this.want("replies.load");
  }

  focus() {
    this.find("#reply-search")?.focus();
  }

  render() {
    const { items, loaded, problem } = this.replies;
    if (loaded && !problem && items.length === 0) return this.#lesson();
    const found = search(items, this.query);
    const chosen = found.find(({ reply_id }) => reply_id === this.active) ?? found[0];
    return html`<div class="field">
        <label for="reply-search">${t("replies.search")}</label>
        <input
          id="reply-search"
          type="search"
          role="combobox"
          autocomplete="off"
          aria-expanded="true"
          aria-controls="found"
          aria-activedescendant=${chosen ? chosen.reply_id : nothing}
          aria-describedby="how"
          .value=${this.query}
          @input=${this.#typed}
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(event, found, chosen)}
        />
      </div>
      ${problemNote(problem)}
      <ul id="found" role="listbox" aria-label=${t("replies.title")} aria-busy=${!loaded} ?hidden=${found.length === 0}>
        ${repeat(found, (reply) => reply.reply_id, (reply) => this.#option(reply, reply === chosen))}
      </ul>
      ${loaded && items.length > 0 && found.length === 0 ? html`<p class="muted small" role="status">${t("replies.none_match")}</p>` : nothing}
      ${chosen ? this.#preview(chosen) : nothing}
      <div class="row">
        <p id="how" class="hint">${t("replies.how")}</p>
        <button class="compact plain" type="button" @click=${() => this.#edit()}>${icon("pencil")}${t("replies.edit")}</button>
      </div>`;
  }

  #lesson() {
    return html`<p><strong>${t("replies.empty_title")}</strong></p>
      <p class="muted small">${t("replies.empty")}</p>
      <div class="row">
        <button id="reply-search" class="primary compact" type="button" @click=${() => this.#edit()} @keydown=${this.#escape}>
          ${icon("plus")}${t("replies.write_first")}
        </button>
      </div>`;
  }

  /** @param {ReplyView} reply @param {boolean} chosen */
  #option(reply, chosen) {
    return html`<li
      id=${reply.reply_id}
      role="option"
      aria-selected=${chosen}
      @pointermove=${() => (this.active = reply.reply_id)}
      @click=${() => this.#choose(reply)}
    >
      ${reply.title}
    </li>`;
  }

  /** @param {ReplyView} reply */
  #preview(reply) {
    const parts = pieces(reply.text, this.values);
    const isOpen = (/** @type {string} */ kind) => parts.some((part) => part.kind === kind);
    return html`<div class="preview text" aria-live="polite">${parts.map(shownPiece)}</div>
      ${fieldsOf(reply.text).includes("{end_user}") ? this.#name() : nothing}
      ${isOpen("missing") ? html`<p class="hint">${t("replies.missing")}</p>` : nothing}
      ${isOpen("unknown") ? html`<p class="hint">${t("replies.unknown")}</p>` : nothing}`;
  }

  /** Nobody told the broker what the end user is called: the technician heard it. */
  #name() {
    return html`<div class="field">
      <label for="end-user">${t("replies.end_user")}</label>
      <input
        id="end-user"
        autocomplete="off"
        maxlength="120"
        .value=${this.values.end_user ?? ""}
        @keydown=${this.#nameKey}
        @change=${this.#named}
      />
    </div>`;
  }

  /** @param {KeyboardEvent} event */
  #nameKey(event) {
    if (event.key !== "Enter" || event.isComposing) return this.#escape(event);
    event.preventDefault();
    this.#named();
    this.focus();
  }

  #named() {
    const name = this.find("#end-user").value;
    this.values = { ...this.values, end_user: name }; // at once: the next Enter may come before the app's answer
    this.want("end-user.name", { name });
  }

  /** @param {InputEvent} event */
  #typed(event) {
    this.query = /** @type {HTMLInputElement} */ (event.target).value;
    this.active = "";
  }

  /** @param {KeyboardEvent} event @param {ReplyView[]} found @param {ReplyView | undefined} chosen */
  #key(event, found, chosen) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && chosen) {
      event.preventDefault();
      const next = found[(found.indexOf(chosen) + step + found.length) % found.length];
      this.active = next?.reply_id ?? "";
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (chosen) this.#choose(chosen);
    } else this.#escape(event);
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.#tell("closed");
  }

  /** @param {ReplyView} reply */
  #choose(reply) {
    this.#tell("chosen", filled(reply.text, this.values));
  }

  #edit() {
    this.#tell("closed");
    this.want("replies.open");
  }

  /** To the panel it belongs to. @param {"chosen" | "closed"} what @param {string} [text] */
  #tell(what, text = "") {
    this.dispatchEvent(new CustomEvent(what, { detail: text }));
  }

  /** What is chosen by the keyboard is seen. @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("active")) this.find('li[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }
}

/** @param {import("../replies.js").Piece} piece */
export const shownPiece = ({ text, kind }) =>
  kind === "text" ? text : html`<mark class=${kind}>${text}</mark>`;

customElements.define("hr-reply-picker", ReplyPicker);
