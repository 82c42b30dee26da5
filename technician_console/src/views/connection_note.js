// The connection of a session in one calm line, and behind it which ways out both networks have.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";
import { detailsText, troubleOf, wayOf } from "./way_words.js";
import "./copy_button.js";
import "./way_list.js";

export class ConnectionNote extends View {
  static properties = { live: { attribute: false } };
  static styles = [
    ...shared,
    css`
      details {
        max-width: 34rem;
        margin-top: 1.2rem;
      }
      summary {
        width: fit-content;
        cursor: pointer;
        color: var(--muted);
      }
      .sides {
        display: grid;
        gap: 0.9rem;
        padding-top: 0.8rem;
      }
      h3 {
        margin-bottom: 0.35rem;
        font-size: 1rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
  }

  render() {
    const way = this.live && wayOf(this.live);
    if (!this.live || !way) return nothing;
    const { trials, told } = this.live;
    return html`<details>
      <summary>${t("connection.line", { way: t(`way_short.${way}`) })}</summary>
      <div class="sides">
        ${this.#side("connection.ours", trials)} ${this.#side("connection.theirs", told ?? [])}
        <hr-copy .text=${detailsText(trials, told)} .label=${t("connection.copy")}></hr-copy>
      </div>
    </details>`;
  }

  /** @param {string} title @param {readonly import("../protocol.js").WayTried[]} ways */
  #side(title, ways) {
    return html`<section>
      <h3>${t(title)}</h3>
      ${ways.length > 0 ? html`<hr-ways .ways=${ways}></hr-ways>` : html`<p class="muted">${t("connection.unknown")}</p>`}
    </section>`;
  }
}

/** Why no connection can be expected, as notes: one, or none. @param {import("../session.js").LiveState} live */
export function connectionTrouble(live) {
  const trouble = live.session?.state === "ended" ? "" : troubleOf(live);
  if (!trouble) return [];
  return [
    html`<div class="note warn">
      ${icon("wifi-off")}<span>${trouble}</span>
      <hr-copy .text=${detailsText(live.trials, live.told)} .label=${t("connection.copy")}></hr-copy>
    </div>`,
  ];
}

customElements.define("hr-connection", ConnectionNote);
