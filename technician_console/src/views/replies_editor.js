// The dialog in which canned replies are written, changed and taken away, for everybody.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { MAX_REPLY_LENGTH, MAX_REPLY_TITLE } from "../protocol.js";
import { FIELDS, unknownFieldsOf } from "../replies.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";
import { dialogs, shared } from "./styles.js";

/** @typedef {import("../protocol.js").ReplyView} ReplyView */
/** @typedef {import("../replies_desk.js").Draft} Draft */

export class RepliesEditor extends View {
  static properties = { replies: { attribute: false }, text: { state: true }, fault: { state: true }, sure: { state: true } };
  static styles = [
    ...shared,
    dialogs,
    css`
      :host {
        --dialog-width: 38rem;
        display: contents;
      }
      dialog > div {
        display: grid;
        gap: 1rem;
        margin-top: 1rem;
      }
      ul {
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.2rem 0.8rem;
        align-items: center;
        padding: 0.55rem 0.9rem;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .said {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .title {
        font-weight: 570;
        overflow-wrap: anywhere;
      }
      textarea {
        min-height: 9rem;
      }
      .fields {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
      }
      .actions .danger {
        margin-right: auto;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../replies_desk.js").RepliesState} */
    this.replies = { items: [], loaded: false, problem: null, editing: false, draft: null, busy: false };
    this.text = "";
    /** Which field was empty when the form was sent. @type {"title" | "text" | null} */
    this.fault = null;
    /** Whether Delete was pressed once. */
    this.sure = false;
  }

  render() {
    const { editing, draft } = this.replies;
    if (!editing) return nothing;
    return html`<dialog aria-labelledby="title" @cancel=${this.#cancel}>
      <h2 id="title">${draft ? t(draft.reply ? "replies.change" : "replies.new") : t("replies.title")}</h2>
      ${draft ? this.#form(draft) : this.#list()}
    </dialog>`;
  }

  #list() {
    const { items, loaded, problem } = this.replies;
    return html`<div>
      <p class="muted small">${t("replies.about")}</p>
      ${problemNote(problem)}
      ${loaded && !problem && items.length === 0 ? html`<p>${t("replies.empty_title")}</p>` : nothing}
      <ul class="card" ?hidden=${items.length === 0}>
        ${repeat(items, (reply) => reply.reply_id, (reply) => this.#row(reply))}
      </ul>
      <div class="actions">
        <button type="button" @click=${() => this.want("replies.close")}>${t("action.close")}</button>
        <button class="primary" type="button" id="new" @click=${() => this.want("reply.draft", { reply: null })}>
          ${icon("plus")}${t("replies.new")}
        </button>
      </div>
    </div>`;
  }

  /** @param {ReplyView} reply */
  #row(reply) {
    return html`<li>
      <div>
        <p class="title">${reply.title}</p>
        <p class="said muted small">${reply.text}</p>
        <p class="muted small">${t("replies.changed_by", { name: reply.changed_by })}</p>
      </div>
      <button
        class="compact"
        type="button"
        aria-label=${t("replies.change_one", { title: reply.title })}
        @click=${() => this.want("reply.draft", { reply })}
      >
        ${icon("pencil")}${t("replies.change_short")}
      </button>
    </li>`;
  }

  /** @param {Draft} draft */
  #form(draft) {
    const { busy, problem } = this.replies;
    const unknown = unknownFieldsOf(this.text);
    return html`<form @submit=${this.#submit} novalidate>
      ${this.#field("title", html`<input
          id="reply-title"
          autocomplete="off"
          maxlength=${MAX_REPLY_TITLE}
          .value=${draft.title}
          aria-invalid=${this.fault === "title"}
          aria-describedby="title-hint"
        />`)}
      ${this.#field("text", html`<textarea
          id="reply-text"
          maxlength=${MAX_REPLY_LENGTH}
          .value=${draft.text}
          aria-invalid=${this.fault === "text"}
          aria-describedby="text-hint"
          @input=${this.#typed}
        ></textarea>`)}
      <div class="field" role="group" aria-labelledby="fields">
        <p id="fields" class="hint">${t("replies.fields")}</p>
        <div class="fields">
          ${FIELDS.map((field) => html`<button class="compact" type="button" title=${t(`replies.field_${field}`)} @click=${() => this.#insert(`{${field}}`)}>{${field}}</button>`)}
        </div>
      </div>
      <div aria-live="polite">
        ${unknown.length > 0 ? html`<p class="note warn">${icon("triangle-alert")}<span>${t("replies.unknown_fields", { fields: unknown.join(", ") })}</span></p>` : nothing}
      </div>
      ${problem === "conflict" && draft.reply ? this.#conflict(draft.reply) : problemNote(problem === "conflict" ? "replies_full" : problem)}
      <div class="actions">
        ${draft.reply ? this.#deleteButton() : nothing}
        <button type="button" @click=${() => this.want("reply.leave")}>${t("action.cancel")}</button>
        <button class="primary" type="submit" ?disabled=${busy}>${icon("save")}${t("replies.save")}</button>
      </div>
    </form>`;
  }

  /** @param {"title" | "text"} name @param {unknown} input */
  #field(name, input) {
    const missing = this.fault === name;
    return html`<div class="field">
      <label for="reply-${name}">${t(name === "title" ? "replies.title_label" : "replies.text")}</label>
      ${input}
      <p id="${name}-hint" class=${missing ? "fault" : "hint"} aria-live="polite">${t(missing ? `replies.${name}_missing` : `replies.${name}_hint`)}</p>
    </div>`;
  }

  /** @param {ReplyView} newest */
  #conflict(newest) {
    return html`<div class="note warn" role="alert">
      ${icon("triangle-alert")}
      <span>${t("replies.conflict", { name: newest.changed_by })}<br /><q>${newest.text}</q></span>
    </div>`;
  }

  #deleteButton() {
    return html`<button class="danger" type="button" ?disabled=${this.replies.busy} @click=${this.#delete}>
      ${icon("trash-2")}${t(this.sure ? "replies.delete_sure" : "replies.delete")}
    </button>`;
  }

  #delete() {
    if (this.sure) this.want("reply.delete");
    this.sure = !this.sure;
  }

  /** @param {InputEvent} event */
  #typed(event) {
    this.text = /** @type {HTMLTextAreaElement} */ (event.target).value;
  }

  /** Where the caret is. @param {string} field */
  #insert(field) {
    const area = this.find("#reply-text");
    area.setRangeText(field, area.selectionStart, area.selectionEnd, "end");
    this.text = area.value;
    area.focus();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const written = { title: this.find("#reply-title").value.trim(), text: this.find("#reply-text").value.trim() };
    this.fault = written.title === "" ? "title" : written.text === "" ? "text" : null;
    if (this.fault) return this.find(`#reply-${this.fault}`).focus();
    this.want("reply.save", { written });
  }

  /** Escape leaves the form first. @param {Event} event */
  #cancel(event) {
    event.preventDefault();
    this.want(this.replies.draft && this.replies.items.length > 0 ? "reply.leave" : "replies.close");
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const before = /** @type {import("../replies_desk.js").RepliesState | undefined} */ (changed.get("replies"));
    const { draft } = this.replies;
    if (!changed.has("replies") || before?.draft === draft) return;
    this.text = draft?.text ?? "";
    this.fault = null;
    this.sure = false;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    const dialog = this.find("dialog");
    if (!dialog) return;
    if (!dialog.open) dialog.showModal();
    const before = /** @type {import("../replies_desk.js").RepliesState | undefined} */ (changed.get("replies"));
    const { draft } = this.replies;
    const opened = Boolean(draft) !== Boolean(before?.draft) || !before?.editing;
    if (changed.has("replies") && opened) this.find(draft ? "#reply-title" : "#new")?.focus();
  }
}

customElements.define("hr-replies-editor", RepliesEditor);
