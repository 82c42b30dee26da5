// Ending a session: the first press starts a short countdown that can be taken back, a second press
// ends at once. No dialog stands between a technician and the end of a session.
import { css, html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { shared } from "./styles.js";

const SECONDS = 3;

export class EndButton extends View {
  static properties = { busy: { type: Boolean }, left: { state: true } };
  static styles = [
    ...shared,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: center;
        justify-content: flex-end;
      }
      span {
        white-space: nowrap;
      }
    `,
  ];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  constructor() {
    super();
    this.busy = false;
    /** Seconds left before the end; 0 when none is under way. */
    this.left = 0;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  render() {
    const ending = this.left > 0;
    return html`<div>
      ${ending
        ? html`<span class="small" aria-live="polite">${t("end.soon", { count: this.left })}</span>
            <button class="compact" @click=${() => this.#stop()}>${t("end.keep")}</button>`
        : ""}
      <button class="danger compact" ?disabled=${this.busy} @click=${() => (ending ? this.#end() : this.#begin())}>${t("end.submit")}</button>
    </div>`;
  }

  #begin() {
    this.left = SECONDS;
    this.#timer = setInterval(() => {
      this.left -= 1;
      if (this.left === 0) this.#end();
    }, 1000);
  }

  #end() {
    this.#stop();
    this.want("session.end");
  }

  #stop() {
    clearInterval(this.#timer);
    this.left = 0;
  }
}

customElements.define("hr-end-button", EndButton);
