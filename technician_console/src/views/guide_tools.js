// The tools with which the technician points without taking over. What is chosen is told as one event,
// `guide-choice`; `guide-clear` asks for everything to go.
import { css, html } from "../../../static/vendor/lit.js";
import { TOOLS } from "../input/guide.js";
import { t } from "../i18n.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";

/** @typedef {import("../input/guide.js").Tool} Tool */
/** @typedef {{tool: Tool | null, pinned: boolean}} Choice */

/** @type {Record<Tool, string>} */
const ICONS = { point: "pointer", arrow: "move-up-right", mark: "map-pin", stroke: "pencil" };

export class GuideTools extends View {
  static properties = { choice: { attribute: false }, disabled: { type: Boolean } };
  static styles = [
    ...shared,
    css`
      .group {
        display: flex;
      }
      button.compact {
        padding: 0 0.55rem;
        border-radius: 0;
        margin-left: -1px;
      }
      button:first-child {
        border-radius: var(--radius-small) 0 0 var(--radius-small);
      }
      button:last-child {
        border-radius: 0 var(--radius-small) var(--radius-small) 0;
      }
      button:focus-visible {
        z-index: 1;
      }
      button[aria-pressed="true"],
      button[aria-pressed="true"]:hover:not(:disabled) {
        background: var(--accent);
        border-color: var(--accent);
        color: var(--on-accent);
      }
      button.keep[aria-pressed="true"],
      button.keep[aria-pressed="true"]:hover:not(:disabled) {
        background: var(--accent-wash);
        color: var(--accent);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Choice} */
    this.choice = { tool: null, pinned: false };
    this.disabled = false;
  }

  render() {
    const { tool, pinned } = this.choice;
    return html`<div class="group" role="group" aria-label=${t("guide.label")} @keydown=${this.#key}>
        ${TOOLS.map((name) => this.#button(name, ICONS[name], tool === name, { tool: tool === name ? null : name }))}
        ${this.#button("keep", "pin", pinned, { pinned: !pinned })}
        <button class="compact" ?disabled=${this.disabled} title=${t("guide.clear")} aria-label=${t("guide.clear")} @click=${this.#clear}>
          ${icon("eraser")}
        </button>
    </div>`;
  }

  /** @param {Tool | "keep"} name @param {string} symbol @param {boolean} pressed @param {Partial<Choice>} change */
  #button(name, symbol, pressed, change) {
    const text = t(`guide.${name}`);
    return html`<button
      class="compact ${name}"
      ?disabled=${this.disabled}
      aria-pressed=${pressed}
      title=${text}
      aria-label=${text}
      @click=${() => this.#choose(change)}
    >
      ${icon(symbol)}
    </button>`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape" && this.choice.tool) this.#choose({ tool: null });
  }

  /** @param {Partial<Choice>} change */
  #choose(change) {
    this.dispatchEvent(new CustomEvent("guide-choice", { detail: { ...this.choice, ...change } }));
  }

  #clear() {
    this.dispatchEvent(new CustomEvent("guide-clear"));
  }
}

customElements.define("hr-guide-tools", GuideTools);
