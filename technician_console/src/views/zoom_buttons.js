// How large the picture is drawn, and the buttons that change it.
import { css, html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { MAX_ZOOM, MIN_ZOOM } from "../input/zoom.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";

export class ZoomButtons extends View {
  static properties = { zoom: { attribute: false }, scale: { attribute: false } };
  static styles = [
    ...shared,
    css`
      .group {
        display: flex;
      }
      .group > * {
        border-radius: 0;
        border-color: var(--line-strong);
      }
      .group > * + * {
        border-left: 0;
      }
      .group > :first-child {
        border-radius: var(--radius-small) 0 0 var(--radius-small);
      }
      .group > :last-child {
        border-radius: 0 var(--radius-small) var(--radius-small) 0;
      }
      button[aria-pressed="true"] {
        background: var(--accent-wash);
        color: var(--accent);
      }
      .percent {
        display: grid;
        place-items: center;
        min-width: 3.6em;
        border: 1px solid var(--line-strong);
        border-left: 0;
        background: var(--surface);
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../input/geometry.js").Zoom} */
    this.zoom = "fit";
    /** Device pixels of a picture pixel. */
    this.scale = 1;
  }

  render() {
    return html`<div class="group" role="group" aria-label=${t("screen.size")}>
      ${this.#set("fit", "fit", this.zoom === "fit")} ${this.#set(1, "actual", this.zoom === 1)}
      ${this.#step(-1, "minus", "smaller", this.scale <= MIN_ZOOM)}
      <span class="percent">${t("screen.percent", { percent: Math.round(this.scale * 100) })}</span>
      ${this.#step(1, "plus", "larger", this.scale >= MAX_ZOOM)}
    </div>`;
  }

  /** @param {import("../input/geometry.js").Zoom} zoom @param {string} name @param {boolean} pressed */
  #set(zoom, name, pressed) {
    return html`<button class="compact" aria-pressed=${pressed} @click=${() => this.#tell("zoom-set", zoom)}>${t(`screen.${name}`)}</button>`;
  }

  /** @param {1 | -1} direction @param {string} symbol @param {string} name @param {boolean} over */
  #step(direction, symbol, name, over) {
    const words = t(`screen.${name}`);
    return html`<button class="compact" aria-label=${words} title=${words} ?disabled=${over} @click=${() => this.#tell("zoom-step", direction)}>
      ${icon(symbol)}
    </button>`;
  }

  /** @param {string} type @param {unknown} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define("hr-zoom", ZoomButtons);
