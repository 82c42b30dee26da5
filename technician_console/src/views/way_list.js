// The ways out of one network, a line each: which works, how fast, and why not.
import { css, html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";
import { outcomeText } from "./way_words.js";

export class WayList extends View {
  static properties = { ways: { attribute: false } };
  static styles = [
    ...shared,
    css`
      ul {
        list-style: none;
        display: grid;
        gap: 0.35rem;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0 0.6rem;
        align-items: center;
      }
      .works .icon {
        color: var(--good);
      }
      .url {
        grid-column: 2 / -1;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {readonly (import("../protocol.js").WayTried & { url?: string, code?: number | null })[]} */
    this.ways = [];
  }

  render() {
    return html`<ul>
      ${this.ways.map(
        (tried) => html`<li class=${tried.outcome === "works" ? "works" : ""}>
          ${icon(tried.outcome === "works" ? "check" : "x")}<span>${t(`way.${tried.way}`)}</span>
          <span class="muted">${outcomeText(tried)}</span>
          ${tried.url ? html`<span class="url muted small">${tried.url}</span>` : ""}
        </li>`,
      )}
    </ul>`;
  }
}

customElements.define("hr-ways", WayList);
