// The string on both screens: wide, with what to do about it, until the technician says that it is the same;
// then small, and there to be looked at again. Whoever sees another one on the other screen ends the session.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";

const COMPARED = "handrail.compared";

export class TrustLine extends View {
  static properties = {
    trust: { attribute: false },
    compared: { state: true },
    differs: { state: true },
    wide: { type: Boolean, reflect: true },
  };
  static styles = [
    ...shared,
    css`
      :host([wide]) {
        order: 1;
        flex: 1 0 100%;
      }
      .note {
        flex-wrap: wrap;
        gap: 0.5rem 1.1rem;
        align-items: center;
      }
      .string {
        display: inline-flex;
        gap: 0.7rem;
        align-items: baseline;
        white-space: nowrap;
      }
      .digits {
        font-weight: 650;
        font-variant-numeric: tabular-nums;
        letter-spacing: 0.14em;
      }
      .note .digits {
        font-size: 1.5rem;
      }
      .note .spoken {
        font-size: 1.15rem;
      }
      .say {
        flex: 1 1 22rem;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../technician_trust.js").TrustState | null} */
    this.trust = null;
    /** The string that the technician has compared, in this tab, also before a reload. @type {string | null} */
    this.compared = sessionStorage.getItem(COMPARED);
    /** Whether they are about to say that it differs. */
    this.differs = false;
    this.wide = false;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const { breach, phase, string } = this.trust ?? {};
    if (changed.has("trust") && !string) this.differs = false;
    this.wide = Boolean(breach) || phase === "unavailable" || (string !== null && string !== undefined && nameOf(string) !== this.compared);
  }

  render() {
    const { breach, phase, string, isNew } = this.trust ?? {};
    if (breach) return this.#warning("trust.altered");
    if (phase === "unavailable") return this.#warning("trust.unavailable");
    if (!string) return nothing;
    if (!this.wide) return this.#small(string);
    return html`<div class="note ${isNew ? "warn" : ""}" role="group" aria-label=${t("trust.label")}>
      ${icon("shield-check")}${stringOf(string, "spoken")}
      <span class="say" aria-live="polite">${this.differs ? t("trust.sure") : `${isNew ? `${t("trust.new")} ` : ""}${t("trust.say")}`}</span>
      <span class="choices">${this.differs ? this.#sure() : this.#choices(string)}</span>
    </div>`;
  }

  /** @param {string} key */
  #warning(key) {
    return html`<p class="note bad" role="alert">${icon("circle-alert")}<span class="say">${t(key)}</span></p>`;
  }

  /** @param {import("../trust/calculation.js").TrustString} string */
  #choices(string) {
    return html`<button class="compact" id="same" @click=${() => this.#compare(string)}>${t("trust.same")}</button>
      <button class="compact" id="differ" @click=${() => (this.differs = true)}>${t("trust.differ")}</button>`;
  }

  #sure() {
    return html`<button class="compact" @click=${() => (this.differs = false)}>${t("trust.back")}</button>
      <button class="compact danger" id="end" @click=${() => this.want("trust.differ")}>${t("trust.end")}</button>`;
  }

  /** @param {import("../trust/calculation.js").TrustString} string */
  #compare(string) {
    this.compared = nameOf(string);
    sessionStorage.setItem(COMPARED, this.compared);
  }

  /** @param {import("../trust/calculation.js").TrustString} string */
  #small(string) {
    return html`<button class="compact quiet" title=${t("trust.again")} @click=${() => (this.compared = null)}>
      ${icon("shield-check")}<span class="visually-hidden">${t("trust.label")}:</span>${stringOf(string)}
    </button>`;
  }
}

/**
 * @param {import("../trust/calculation.js").TrustString} string
 * @param {string} look `words` are only heard on a narrow page
 */
const stringOf = ({ digits, words, language }, look = "words") =>
  html`<span class="string"><span class="digits" id="digits">${digits}</span><span class=${look} lang=${language}>${words.join(" ")}</span></span>`;

/** @param {import("../trust/calculation.js").TrustString} string */
const nameOf = ({ digits, words }) => [digits, ...words].join(" ");

customElements.define("hr-trust", TrustLine);
