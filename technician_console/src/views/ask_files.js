// The form in which the technician asks the end user for files: for what. The end user chooses them.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { MAX_SHORT_TEXT } from "../protocol.js";
import { fitReason } from "../rights_talk.js";
import { View } from "./base.js";
import { enterSends, icon } from "./parts.js";
import { dialogs, shared } from "./styles.js";

export class AskFiles extends View {
  static properties = { open: { type: Boolean }, fault: { state: true } };
  static styles = [
    ...shared,
    dialogs,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  constructor() {
    super();
    this.open = false;
    /** Whether the reason was missing when the form was sent. */
    this.fault = false;
  }

  render() {
    if (!this.open) return nothing;
    return html`<dialog aria-labelledby="title" aria-describedby="about" @cancel=${this.#cancel}>
      <h2 id="title">${t("files.ask_title")}</h2>
      <p id="about" class="muted small">${t("files.ask_about")}</p>
      <form @submit=${this.#submit} novalidate>
        <div class="field">
          <label for="reason">${t("files.ask_which")}</label>
          <textarea
            id="reason"
            rows="3"
            maxlength=${MAX_SHORT_TEXT}
            required
            aria-invalid=${this.fault ? "true" : "false"}
            aria-describedby="reason-hint"
            @keydown=${enterSends}
          ></textarea>
          <p id="reason-hint" class=${this.fault ? "fault" : "hint"} aria-live="polite">
            ${t(this.fault ? "files.ask_missing" : "files.ask_hint")}
          </p>
        </div>
        <div class="actions">
          <button type="button" @click=${this.#cancel}>${t("action.cancel")}</button>
          <button class="primary" type="submit">${icon("send")}${t("ask.submit")}</button>
        </div>
      </form>
    </dialog>`;
  }

  updated() {
    const dialog = this.find("dialog");
    if (!dialog || dialog.open) return;
    this.fault = false;
    dialog.showModal();
    this.find("#reason").focus();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const reason = fitReason(this.find("#reason").value);
    this.fault = reason === "";
    if (this.fault) return this.find("#reason").focus();
    // Closed by itself first: that gives the focus back to where it came from.
    this.find("dialog").close();
    this.want("files.ask", { reason });
  }

  /** @param {Event} event */
  #cancel(event) {
    event.preventDefault();
    this.find("dialog").close();
    this.want("files.close-ask");
  }
}

customElements.define("hr-ask-files", AskFiles);
