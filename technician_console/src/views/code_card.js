// The join code, as it is read over the phone, sent as a link or shown as a QR code, while it is good.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { formatClock, t } from "../i18n.js";
import { group, spoken } from "../join_code.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";
import "./copy_button.js";
import "./qr_code.js";

const LIFE_MS = 10 * 60 * 1000;

export class CodeCard extends View {
  static properties = {
    code: { attribute: false },
    session: { attribute: false },
    clockOffsetMs: { attribute: false },
    form: { attribute: false },
    now: { state: true },
  };
  static styles = [
    ...shared,
    css`
      .card {
        max-width: 46rem;
        margin: 0 auto;
        padding: clamp(1.1rem, 3vw, 2rem);
        display: grid;
        gap: 1.2rem;
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 10.5rem;
        gap: 1.5rem 2rem;
        align-items: start;
      }
      .telling {
        display: grid;
        gap: 0.9rem;
        justify-items: start;
      }
      .code {
        font-family: var(--mono);
        font-size: clamp(1.7rem, 8.2vw, 2.9rem);
        font-weight: 600;
        letter-spacing: 0.02em;
        line-height: 1.15;
        font-variant-numeric: tabular-nums;
        word-spacing: 0.1em;
        user-select: all;
      }
      .spoken {
        display: grid;
        gap: 0.1rem;
        padding-left: 0.9rem;
        border-left: 3px solid var(--accent);
        list-style: none;
      }
      .link {
        max-width: 100%;
        overflow-wrap: anywhere;
        font-family: var(--mono);
        font-size: 0.9rem;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
        align-items: center;
      }
      progress {
        appearance: none;
        width: 100%;
        height: 6px;
        border: 0;
        border-radius: 3px;
        overflow: hidden;
        background: var(--sunken);
      }
      progress::-webkit-progress-bar {
        background: var(--sunken);
      }
      progress::-webkit-progress-value {
        background: var(--accent);
      }
      progress::-moz-progress-bar {
        background: var(--accent);
      }
      .expiry {
        display: grid;
        gap: 0.4rem;
      }
      .expiry .row {
        justify-content: space-between;
      }
      .clock {
        font-variant-numeric: tabular-nums;
        font-weight: 600;
      }
      @media (max-width: 40rem) {
        .columns {
          grid-template-columns: 1fr;
        }
        hr-qr-code {
          width: 11rem;
        }
      }
    `,
  ];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  constructor() {
    super();
    /** @type {import("../code_memory.js").RememberedCode | null} */
    this.code = null;
    /** @type {import("../protocol.js").SessionView | null} */
    this.session = null;
    this.clockOffsetMs = 0;
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
    this.now = Date.now();
  }

  connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => (this.now = Date.now()), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  render() {
    const left = this.#leftMs();
    return html`<section class="card" aria-labelledby="heading">
      ${left <= 0 ? this.#expired() : this.code ? this.#known(this.code, left) : this.#unknown()}
      ${problemNote(this.form.problem)}
    </section>`;
  }

  /** Milliseconds that the code is still good for, by the broker's clock. */
  #leftMs() {
    const ends = this.session?.code_expires_at ?? this.code?.expires_at;
    return ends ? Date.parse(ends) - (this.now + this.clockOffsetMs) : 0;
  }

  /** @param {import("../code_memory.js").RememberedCode} code @param {number} left */
  #known(code, left) {
    return html`<div>
        <h2 id="heading">${t("code.title")}</h2>
        <p class="muted">${t("code.explanation")}</p>
      </div>
      <div class="columns">
        <div class="telling">
          <p class="code" data-testid="join-code">${group(code.code.replace(/\D/g, ""))}</p>
          ${this.#spoken(code.code)}
          <div class="row">
            <hr-copy .text=${group(code.code)} .label=${t("code.copy")}></hr-copy>
            <hr-copy .text=${code.join_url} .label=${t("code.copy_link")}></hr-copy>
          </div>
          <p class="link">${code.join_url}</p>
        </div>
        <hr-qr-code .text=${code.join_url} .label=${t("code.qr")}></hr-qr-code>
      </div>
      ${this.#expiry(left)}`;
  }

  /** @param {string} code */
  #spoken(code) {
    const lines = spoken(code.replace(/\D/g, ""), (digit) => t(`digit.${digit}`));
    return html`<ul class="spoken small">
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
  }

  /** @param {number} left */
  #expiry(left) {
    return html`<div class="expiry">
      <progress max=${LIFE_MS} .value=${Math.min(left, LIFE_MS)} aria-label=${t("code.time_left")}></progress>
      <div class="row">
        <p>${icon("clock")} ${t("code.good_for")} <span class="clock">${formatClock(left)}</span></p>
        ${this.#renew(t("code.renew"), "compact")}
      </div>
    </div>`;
  }

  #expired() {
    return html`<div>
        <h2 id="heading">${t("code.expired_title")}</h2>
        <p class="muted">${t("code.expired_explanation")}</p>
      </div>
      <div>${this.#renew(t("code.create_again"), "primary")}</div>`;
  }

  #unknown() {
    return html`<div>
        <h2 id="heading">${t("code.unknown_title")}</h2>
        <p class="muted">${t("code.unknown_explanation")}</p>
      </div>
      <div>${this.#renew(t("code.renew"), "primary")}</div>`;
  }

  /** @param {string} label @param {string} look */
  #renew(label, look) {
    if (!this.session) return nothing;
    return html`<button type="button" class=${look} ?disabled=${this.form.busy} @click=${() => this.want("code.renew")}>
      ${icon("refresh-cw")}${label}
    </button>`;
  }
}

customElements.define("hr-code-card", CodeCard);
