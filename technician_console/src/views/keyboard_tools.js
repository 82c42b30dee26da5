// The switch between text and keys, and the palette of keys that a browser keeps for itself.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { PALETTE, chord } from "../input/palette.js";
import { hasText, t } from "../i18n.js";
import { mayControl } from "../session.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { groups, shared } from "./styles.js";

const GAP_PX = 4;
/** How far each key of the menu moves. @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Emits `keys-sent` when something of the palette was sent. */
export class KeyboardTools extends View {
  static properties = { live: { attribute: false } };
  static styles = [
    ...shared,
    groups,
    css`
      :host {
        display: flex;
        gap: 0.35rem;
      }
      [popover] {
        position: fixed;
        inset: auto;
        margin: 0;
        padding: 0.35rem;
        width: min(25rem, calc(100vw - 1rem));
        grid-template-columns: repeat(4, 1fr);
        gap: 0.25rem;
        color: var(--text);
        background: var(--surface);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
      }
      [popover]:popover-open {
        display: grid;
      }
      [role="menuitem"] {
        justify-content: center;
        white-space: nowrap;
      }
      [role="menuitem"].wide {
        grid-column: span 2;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
  }

  render() {
    if (!this.live) return nothing;
    return html`<div class="group" role="group" aria-label=${t("typing.title")}>${this.#way("text")}${this.#way("keys")}</div>
      <button
        id="open"
        class="compact"
        popovertarget="palette"
        aria-haspopup="menu"
        aria-label=${t("palette.title")}
        title=${t("palette.hint")}
        ?disabled=${!mayControl(this.live)}
      >
        ${icon("keyboard")}
      </button>
      <div
        id="palette"
        popover
        role="menu"
        aria-label=${t("palette.title")}
        @beforetoggle=${this.#place}
        @toggle=${this.#toggled}
        @keydown=${this.#move}
      >
        ${Object.keys(PALETTE).map((name) => this.#item(name))}
      </div>`;
  }

  /** @param {import("../input/keys.js").Typing} typing */
  #way(typing) {
    return html`<button
      class="compact"
      aria-pressed=${this.live?.typing === typing}
      title=${t(`typing_hint.${typing}`)}
      @click=${() => this.want("typing.choose", { typing })}
    >
      ${t(`typing.${typing}`)}
    </button>`;
  }

  /** @param {string} name */
  #item(name) {
    const words = `palette.${name}`;
    return html`<button class="compact ${hasText(words) ? "wide" : ""}" role="menuitem" tabindex="-1" @click=${() => this.#send(name)}>
      ${hasText(words) ? t(words) : name.toUpperCase()}
    </button>`;
  }

  /** @param {string} name */
  #send(name) {
    this.find("#palette").hidePopover();
    for (const message of chord(PALETTE[name] ?? [])) this.want("gesture", { gesture: { kind: "input", message } });
    this.dispatchEvent(new CustomEvent("keys-sent"));
  }

  /** Under its button, and on the page. */
  #place = () => {
    const { left, bottom } = this.find("#open").getBoundingClientRect();
    const palette = this.find("#palette");
    const width = Math.min(21 * 16, document.documentElement.clientWidth - 16);
    palette.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
    palette.style.top = `${bottom + GAP_PX}px`;
  };

  /** @param {ToggleEvent} event */
  #toggled = (event) => {
    if (event.newState === "open") this.find("[role=menuitem]").focus();
  };

  /** @param {KeyboardEvent} event */
  #move = (event) => {
    const items = [...this.renderRoot.querySelectorAll("[role=menuitem]")];
    const ends = /** @type {Record<string, number>} */ ({ Home: 0, End: items.length - 1 });
    const now = items.indexOf(/** @type {Element} */ (event.target));
    const step = STEPS[event.key];
    const next = ends[event.key] ?? (step === undefined ? undefined : (now + step + items.length) % items.length);
    if (next === undefined) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (items[next]).focus();
  };
}

customElements.define("hr-keyboard-tools", KeyboardTools);
