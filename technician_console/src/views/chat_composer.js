// Where the technician writes: a field, canned replies that come into it to be looked at, and Send.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { MAX_CHAT_LENGTH } from "../protocol.js";
import { fieldsOf } from "../replies.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";
import "./reply_picker.js";

export class ChatComposer extends View {
  static properties = {
    open: { type: Boolean },
    replies: { attribute: false },
    values: { attribute: false },
    picking: { state: true },
    note: { state: true },
  };
  static styles = [
    ...shared,
    css`
      :host {
        container-type: inline-size;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr); /* a long word is broken, and moves nothing */
        gap: 0.6rem;
        padding: 0.8rem 1rem;
        border-top: 1px solid var(--line);
      }
      textarea {
        display: block;
        min-height: 2.6rem;
        max-height: 9rem;
        resize: none;
        field-sizing: content;
        overflow-wrap: anywhere;
      }
      .below {
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem 0.8rem;
        align-items: center;
        justify-content: space-between;
      }
      #replies span:last-child {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      /* Both buttons stay on one line, in French too. */
      @container (max-width: 21rem) {
        .below {
          flex-wrap: nowrap;
          gap: 0.4rem;
        }
        .below .icon {
          display: none;
        }
        .below button {
          min-width: 0;
          padding: 0 0.5rem;
        }
        .below .primary {
          flex: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.open = false;
    /** @type {import("../replies_desk.js").RepliesState | null} */
    this.replies = null;
    /** @type {import("../replies.js").FieldValues} */
    this.values = {};
    /** Whether the canned replies are shown. */
    this.picking = false;
    /** What the technician should know before sending. */
    this.note = "";
    /** The text that is sent although fields are open in it: Send was pressed twice. */
    this.warned = "";
  }

  render() {
    return html`${this.picking && this.replies ? this.#picker(this.replies) : nothing}
      <form @submit=${this.#send}>
        <div>
          <label class="visually-hidden" for="message">${t("chat.message")}</label>
          <textarea
            id="message"
            rows="1"
            maxlength=${MAX_CHAT_LENGTH}
            placeholder=${t("chat.placeholder")}
            aria-describedby="before"
            ?disabled=${!this.open}
            @keydown=${this.#key}
            @input=${this.#typed}
          ></textarea>
        </div>
        <p id="before" class=${this.note ? "fault" : "visually-hidden"} role="status">${this.note}</p>
        <div class="below">
          <button
            id="replies"
            class="compact"
            type="button"
            aria-expanded=${this.picking}
            title=${t("replies.shortcut")}
            ?disabled=${!this.open}
            @click=${() => this.#pick(!this.picking)}
          >
            ${icon("message-square")}<span>${t("replies.title")}</span>
          </button>
          <button class="primary" type="submit" ?disabled=${!this.open}>${icon("send")}${t("chat.send")}</button>
        </div>
      </form>`;
  }

  /** @param {import("../replies_desk.js").RepliesState} replies */
  #picker(replies) {
    return html`<hr-reply-picker
      .replies=${replies}
      .values=${this.values}
      @chosen=${(/** @type {CustomEvent<string>} */ event) => this.#insert(event.detail)}
      @closed=${() => this.#pick(false)}
    ></hr-reply-picker>`;
  }

  /** @param {boolean} picking */
  async #pick(picking) {
    this.picking = picking;
    await this.updateComplete;
    if (!picking) return this.find("#message").focus();
    const picker = this.find("hr-reply-picker");
    await picker.updateComplete;
    picker.focus();
  }

  /** A canned reply comes where the caret is. Nothing is sent: it can be looked at and changed. @param {string} text */
  async #insert(text) {
    await this.#pick(false);
    const field = this.find("#message");
    if (field.value.length + text.length > MAX_CHAT_LENGTH) {
      this.note = t("replies.too_long");
      return;
    }
    const at = field.selectionStart;
    field.setRangeText(text, at, field.selectionEnd, "end");
    this.#markOpen(at);
    this.#tellOpen();
  }

  /** Mark the next field that is not filled in, so that the next key replaces it. @param {number} from */
  #markOpen(from) {
    const field = this.find("#message");
    const places = fieldsOf(field.value).map((name) => ({ name, at: field.value.indexOf(name, from) }));
    const [first] = places.filter(({ at }) => at >= 0).sort((one, other) => one.at - other.at);
    if (first) field.setSelectionRange(first.at, first.at + first.name.length);
    field.focus();
  }

  #tellOpen() {
    const open = fieldsOf(this.find("#message").value);
    this.note = open.length > 0 ? t("replies.still_open", { fields: open.join(", ") }) : "";
    return open.length > 0;
  }

  #typed() {
    this.want("chat.typing", { text: this.find("#message").value });
    if (this.note) this.#tellOpen();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    const field = this.find("#message");
    if (event.key === "/" && field.value === "" && this.replies) {
      event.preventDefault();
      void this.#pick(true);
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#send(event);
  }

  /** A text in which a field is open is held once: nobody wants to read "Hello {end_user}". @param {Event} event */
  #send(event) {
    event.preventDefault();
    const field = this.find("#message");
    if (this.#tellOpen() && this.warned !== field.value) {
      this.warned = field.value;
      return this.#markOpen(0);
    }
    if (field.value.trim() !== "") this.want("chat.say", { text: field.value });
    field.value = "";
    this.note = "";
    this.warned = "";
    field.focus();
  }
}

customElements.define("hr-chat-composer", ChatComposer);
