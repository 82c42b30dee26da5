// Which monitor is shown, and the others to choose from; nothing when there is only one.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { ALL_MONITORS } from "../protocol.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";

export class MonitorChoiceView extends View {
  static properties = { screen: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        min-width: 0;
      }
      label {
        display: flex;
        gap: 0.4rem;
        align-items: center;
        min-width: 0;
      }
      select {
        min-height: 2.1rem;
        max-width: min(20rem, 100%);
        padding-block: 0;
        font-size: 0.9rem;
        font-weight: 450;
        text-overflow: ellipsis;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").Screen | null} */
    this.screen = null;
  }

  render() {
    const { monitors = [], shown = null } = this.screen ?? {};
    if (monitors.length < 2) return nothing;
    return html`<label title=${t("monitors.label")}>
      ${icon("monitor")}<span class="visually-hidden">${t("monitors.label")}</span>
      <select @change=${this.#choose}>
        ${monitors.map((monitor, index) => option(monitor.id, monitorWords(monitor, index + 1), shown))}
        ${option(ALL_MONITORS, sized(t("monitors.all"), wholeDesktop(monitors)), shown)}
      </select>
    </label>`;
  }

  /** What is shown stays marked until the other side has changed it. @param {Event} event */
  #choose(event) {
    const select = /** @type {HTMLSelectElement} */ (event.currentTarget);
    this.want("screen.choose", { monitor: select.value });
    select.value = this.screen?.shown ?? "";
  }
}

/** @param {string} id @param {string} words @param {string | null} shown */
const option = (id, words, shown) => html`<option value=${id} .selected=${id === shown}>${words}</option>`;

/** @param {import("../protocol.js").Monitor} monitor @param {number} number from 1, from left to right */
function monitorWords(monitor, number) {
  const own = t("monitors.number", { number });
  const words = sized(monitor.name ? `${own}: ${monitor.name}` : own, monitor);
  return monitor.primary ? t("monitors.primary", { name: words }) : words;
}

/** @param {string} name @param {import("../input/geometry.js").Size} size */
const sized = (name, { width, height }) => t("monitors.size", { name, width, height });

/** @param {import("../protocol.js").Monitor[]} monitors */
function wholeDesktop(monitors) {
  const right = Math.max(...monitors.map(({ left, width }) => left + width));
  const bottom = Math.max(...monitors.map(({ top, height }) => top + height));
  return {
    width: right - Math.min(...monitors.map(({ left }) => left)),
    height: bottom - Math.min(...monitors.map(({ top }) => top)),
  };
}

customElements.define("hr-monitors", MonitorChoiceView);
