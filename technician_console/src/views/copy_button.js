// A button that copies a text and says so.
import { css, html } from "../../../static/vendor/lit.js";
import { copyText } from "../copy.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";

const CONFIRMED_FOR_MS = 2500;

export class CopyButton extends View {
  static properties = { text: {}, label: {}, outcome: { state: true } };
  static styles = [
    ...shared,
    css`
      :host {
        display: inline-block;
      }
      .done {
        color: var(--good);
      }
    `,
  ];

  constructor() {
    super();
    this.text = "";
    this.label = "";
    /** @type {"" | "done" | "failed"} */
    this.outcome = "";
  }

  render() {
    const shown = this.outcome === "" ? this.label : t(`copy.${this.outcome}`);
    return html`<button type="button" class="compact ${this.outcome}" @click=${this.#copy}>
        ${icon(this.outcome === "done" ? "check" : "copy")}<span>${shown}</span>
      </button>
      <span class="visually-hidden" aria-live="polite">${this.outcome === "" ? "" : shown}</span>`;
  }

  async #copy() {
    this.outcome = (await copyText(this.text)) ? "done" : "failed";
    setTimeout(() => (this.outcome = ""), CONFIRMED_FOR_MS);
  }
}

customElements.define("hr-copy", CopyButton);
