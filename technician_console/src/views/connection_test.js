// The dialog in which technicians try their own connection, before any session.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { NO_TEST } from "../connection_desk.js";
import { t } from "../i18n.js";
import { finding, summary, NO_WAY } from "../trials.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";
import { dialogs, shared } from "./styles.js";
import { detailsText, explanation } from "./way_words.js";
import "./copy_button.js";
import "./way_list.js";

export class ConnectionTestView extends View {
  static properties = { test: { attribute: false } };
  static styles = [
    ...shared,
    dialogs,
    css`
      dialog {
        --dialog-width: 34rem;
      }
      .wait {
        display: grid;
        gap: 1rem;
        margin: 1rem 0;
      }
    `,
  ];

  constructor() {
    super();
    this.test = NO_TEST;
  }

  updated() {
    const dialog = this.find("dialog");
    if (dialog && !dialog.open) dialog.showModal();
  }

  render() {
    const { open, busy, problem } = this.test;
    if (!open) return nothing;
    return html`<dialog aria-labelledby="title" @cancel=${this.#close}>
      <h2 id="title">${t("connection.title")}</h2>
      <div class="wait" role="status">${busy ? html`<p>${t("connection.testing")}</p>` : nothing}${this.#found()}</div>
      ${problemNote(problem)}
      <div class="actions">
        <button ?disabled=${busy} @click=${() => this.want("connection.test")}>${icon("rotate-cw")}${t("connection.again")}</button>
        <button class="primary" autofocus @click=${this.#close}>${t("action.close")}</button>
      </div>
    </dialog>`;
  }

  #found() {
    const { trials } = this.test;
    if (trials.length === 0) return nothing;
    const tried = summary(trials);
    const found = finding(tried);
    const bad = NO_WAY.has(found) || found === "nothing";
    return html`<p class="note ${bad ? "warn" : ""}">
        ${icon(bad ? "triangle-alert" : "check")}<span>${explanation("ours", tried, trials)}</span>
      </p>
      <hr-ways .ways=${trials}></hr-ways>
      <hr-copy .text=${detailsText(trials)} .label=${t("connection.copy")}></hr-copy>`;
  }

  #close() {
    this.want("connection.close");
  }
}

customElements.define("hr-connection-test", ConnectionTestView);
