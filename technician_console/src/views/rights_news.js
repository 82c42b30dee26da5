// What becomes of rights in mid-session, in words over the picture: the answer that is waited for, what the
// end user gave and took, and what ends soon.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { callsForAsk, endingSoon, secondsLeft, spokenSeconds } from "../rights_talk.js";
import { leases, mayAsk } from "../session.js";
import { View } from "./base.js";
import { capabilityText, icon } from "./parts.js";
import { Seconds } from "./seconds.js";
import { shared } from "./styles.js";

/** @typedef {import("../session.js").LiveState} LiveState */
/** @typedef {import("../protocol.js").Capability} Capability */
/** @typedef {{tone: string, symbol: string, words: unknown, count?: string, again?: Capability | undefined, closes?: boolean}} Row */

export class RightsNews extends View {
  static properties = { live: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
        justify-items: center;
      }
      .row {
        flex-wrap: wrap;
        align-items: center;
        max-width: 100%;
        box-shadow: var(--shadow);
        background: var(--surface);
        border: 1px solid var(--line-strong);
        color: var(--text);
        pointer-events: auto;
      }
      .row.good {
        background: var(--good-wash);
        border-color: var(--good);
        color: var(--good);
      }
      .row.warn {
        background: var(--warn-wash);
        border-color: var(--warn);
        color: var(--warn);
      }
      .what {
        display: flex;
        flex: 0 1 auto;
        gap: 0.55rem;
        min-width: 0;
      }
      .row button .icon {
        margin-top: 0;
      }
      .count {
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 30rem) {
        .row {
          gap: 0.3rem 0.55rem;
          justify-content: flex-end;
          font-size: 0.875rem;
        }
        .what {
          flex: 1 1 100%;
        }
      }
      /* The places where something is said are there before it is. */
      .row.empty {
        position: absolute;
        padding: 0;
        border: 0;
        box-shadow: none;
        background: none;
      }
    `,
  ];
  #seconds = new Seconds(this, () => this.live !== null && (this.live.talk.ask !== null || Boolean(this.live.rights?.renewal) || leases(this.live).length > 0));
  #hadFocus = false;

  constructor() {
    super();
    /** @type {LiveState | null} */
    this.live = null;
  }

  render() {
    const live = this.live;
    if (!live) return nothing;
    return html`${this.#row("rights-news", this.#waiting(live) ?? this.#news(live), live)}
    ${this.#row("rights-renewal", this.#renewal(live), live)} ${this.#row("rights-ending", this.#ending(live), live)}`;
  }

  /** @param {string} id @param {Row | null} row @param {LiveState} live */
  #row(id, row, live) {
    return html`<div id=${id} class="note row ${row?.tone ?? "empty"}" tabindex="-1">
      <div class="what">
        ${row ? icon(row.symbol) : nothing}
        <p>
          <span role="status" aria-label=${t(id === "rights-news" ? "rights_news.label" : "rights_news.ending_label")}>${row?.words ?? nothing}</span>
          ${row?.count ? html`<span class="count" aria-hidden="true">${row.count}</span>` : nothing}
        </p>
      </div>
      ${row?.again && mayAsk(live) ? this.#again(row.again) : nothing}
      ${row?.closes
        ? html`<button class="compact plain" aria-label=${t("rights_news.close")} title=${t("rights_news.close")} @click=${() => this.want("rights.close-news")}>
            ${icon("x")}
          </button>`
        : nothing}
    </div>`;
  }

  /** @param {Capability} capability */
  #again(capability) {
    return html`<button class="compact" aria-haspopup="dialog" @click=${() => this.want("rights.open-ask", { capability })}>
      ${t("rights_news.again")}
    </button>`;
  }

  /** The seconds are shown; read out are only some of them. @param {LiveState} live @returns {Row | null} */
  #waiting({ talk }) {
    if (!talk.ask) return null;
    const count = secondsLeft(talk.ask.until, this.#seconds.now);
    const spoken = html`<span class="visually-hidden">${t("rights_news.seconds", { count: spokenSeconds(count) })}</span>`;
    const words = html`${t("rights_news.waiting", { right: capabilityText(talk.ask.capability) })} ${spoken}`;
    return { tone: "", symbol: "clock", words, count: t("rights_news.count", { count }) };
  }

  /** @param {LiveState} live @returns {Row | null} */
  #news({ talk: { news } }) {
    if (!news) return null;
    const good = news.kind === "granted" || news.kind === "given";
    const words = t(`rights_news.${news.kind}`, { right: names(news.capabilities), span: leaseSpan(news.minutes) });
    const again = callsForAsk(news) ? news.capabilities.at(-1) : undefined;
    return { tone: good ? "good" : "warn", symbol: good ? "check" : "info", words, again, closes: true };
  }

  /** @param {LiveState} live @returns {Row | null} */
  #ending(live) {
    const soon = endingSoon(leases(live), this.#seconds.now);
    if (soon.length === 0) return null;
    return { tone: "warn", symbol: "clock", words: t("rights_news.ending", { right: names(soon) }), again: soon.at(-1) };
  }

  /** The end user is asked whether the rights go on. @param {LiveState} live @returns {Row | null} */
  #renewal({ rights }) {
    if (!rights?.renewal) return null;
    const count = secondsLeft(rights.renewal.until, this.#seconds.now);
    return { tone: "warn", symbol: "clock", words: t(`rights_news.renewal_${rights.renewal.stage}`), count: t("rights_news.count", { count }) };
  }

  willUpdate() {
    this.#hadFocus = Boolean(/** @type {ShadowRoot} */ (this.renderRoot).activeElement);
  }

  /** A button that goes while it has the focus leaves it to its row. */
  updated() {
    if (this.#hadFocus && !(/** @type {ShadowRoot} */ (this.renderRoot).activeElement)) this.find("#rights-news").focus();
  }
}

/** @param {Capability[]} capabilities */
const names = (capabilities) => capabilities.map(capabilityText).join(", ");

/** @param {number} minutes */
const leaseSpan = (minutes) => (minutes > 60 ? t("rights.hours", { count: minutes / 60 }) : t("rights.minutes", { count: minutes }));

customElements.define("hr-rights-news", RightsNews);
