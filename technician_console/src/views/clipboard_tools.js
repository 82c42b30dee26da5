// The clipboard's buttons, what was copied which way, and a field where the browser denies its clipboard.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { granted, mayUseClipboard } from "../session.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { dialogs, shared, toolWords } from "./styles.js";

export class ClipboardTools extends View {
  static properties = { live: { attribute: false } };
  static styles = [
    ...shared,
    toolWords,
    dialogs,
    css`
      :host {
        position: relative;
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem 0.6rem;
        align-items: center;
      }
      label.step {
        display: inline-flex;
        gap: 0.45rem;
        align-items: center;
        min-height: 2.1rem;
        font-size: 0.9rem;
        font-weight: 450;
        cursor: pointer;
      }
      label.step input {
        margin: 0;
      }
      .told {
        position: absolute;
        z-index: 3;
        top: calc(100% + 0.5rem);
        left: 0;
        width: max-content;
        max-width: min(26rem, 80vw);
        pointer-events: none;
      }
      @media (max-width: 44rem) {
        .told {
          position: fixed;
          inset: auto 1rem 1rem;
          width: auto;
        }
      }
      .told .note {
        box-shadow: var(--shadow);
        color: var(--text);
        background: var(--surface);
        border: 1px solid var(--line-strong);
        animation: fade 8s ease-in forwards;
      }
      .told .note.warn {
        color: var(--warn);
        background: var(--warn-wash);
      }
      @keyframes fade {
        0%,
        80% {
          opacity: 1;
        }
        100% {
          opacity: 0;
        }
      }
      dialog {
        --dialog-width: 34rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
  }

  render() {
    const live = this.live;
    if (!live) return nothing;
    const [sends, receives] = [granted(live).includes("clipboard.send"), granted(live).includes("clipboard.receive")];
    if (!sends && !receives) return nothing;
    return html`${sends ? this.#button("send", "clipboard-copy", live) : nothing}
      ${receives ? this.#button("receive", "download", live) : nothing}
      <label class="step" title=${t("clipboard.step_hint")}>
        <input type="checkbox" .checked=${live.clipboard.following} @change=${this.#follow} />${t("clipboard.step")}
      </label>
      <div class="told" aria-live="polite">${this.#note(live.clipboard.note)}</div>
      ${live.clipboard.dialog ? this.#dialog(live.clipboard.dialog) : nothing}`;
  }

  /** @param {import("../protocol.js").ClipboardDirection} direction @param {string} symbol @param {import("../session.js").LiveState} live */
  #button(direction, symbol, live) {
    const intent = direction === "send" ? "clipboard.send" : "clipboard.fetch";
    const words = t(`clipboard.${direction}`);
    return html`<button class="compact" title=${words} ?disabled=${!mayUseClipboard(live, direction)} @click=${() => this.want(intent)}>
      ${icon(symbol)}<span class="words">${words}</span>
    </button>`;
  }

  /** @param {import("../session.js").ClipboardState["note"]} note */
  #note(note) {
    if (!note) return nothing;
    if ("problem" in note) {
      return html`<p class="note warn">${icon("info")}<span>${t(`clipboard_problem.${note.problem}`)}</span></p>`;
    }
    const words = t(note.waiting ? "clipboard.waits" : `clipboard_copied.${note.direction}`, { count: note.characters });
    return html`<p class="note">${icon("check")}<span>${words}</span></p>`;
  }

  /** @param {NonNullable<import("../session.js").ClipboardState["dialog"]>} dialog */
  #dialog(dialog) {
    const sends = dialog.kind === "send";
    return html`<dialog aria-labelledby="title" @cancel=${this.#close}>
      <h2 id="title">${t(sends ? "clipboard.send" : "clipboard.received")}</h2>
      <form @submit=${this.#submit}>
        <label for="text">${t(sends ? `clipboard_fault.${dialog.fault}` : "clipboard.copy_by_hand")}</label>
        <textarea id="text" rows="8" ?readonly=${!sends} .value=${sends ? "" : dialog.text}></textarea>
        <div class="actions">
          <button type="button" @click=${this.#close}>${t("action.cancel")}</button>
          <button class="primary" type="submit">${t(sends ? "clipboard.send_this" : "clipboard.copy")}</button>
        </div>
      </form>
    </dialog>`;
  }

  updated() {
    const dialog = this.find("dialog");
    if (!dialog || dialog.open) return;
    dialog.showModal();
    this.find("#text").focus();
    this.find("#text").select();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const text = this.find("#text").value;
    this.want(this.live?.clipboard.dialog?.kind === "send" ? "clipboard.send-text" : "clipboard.copy", { text });
  }

  /** @param {Event} event */
  #close(event) {
    event.preventDefault();
    this.want("clipboard.close");
  }

  /** @param {Event} event */
  #follow(event) {
    this.want("clipboard.follow", { on: /** @type {HTMLInputElement} */ (event.target).checked });
  }
}

customElements.define("hr-clipboard", ClipboardTools);
