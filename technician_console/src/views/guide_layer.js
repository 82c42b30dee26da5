// The sheet over the remote picture on which the technician draws. While a tool is chosen it keeps the
// pointer and the keyboard to itself, so that nothing of it operates the remote computer.
import { css, html, nothing, svg } from "../../../static/vendor/lit.js";
import { freshId } from "../ids.js";
import { toFraction } from "../input/geometry.js";
import { GuidePen } from "../input/guide.js";
import { t } from "../i18n.js";
import { View } from "./base.js";

/** @typedef {import("../input/guide.js").At} At */
/** @typedef {import("../input/guide.js").Draft} Draft */

/** What was drawn is shown here until it is likely to be seen in the picture. */
const LINGER_MS = 400;
const STEP = 0.02;
const FINE_STEP = 0.002;
/** @type {Record<string, readonly [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** Length of an arrow's head in CSS pixels, and its width. */
const HEAD = 24;

export class GuideLayer extends View {
  static properties = { choice: { attribute: false }, draft: { state: true }, cursor: { state: true } };
  static styles = css`
    :host {
      position: absolute;
      inset: 0;
      touch-action: none;
      cursor: crosshair;
      outline: none;
    }
    :host(:not([tabindex])) {
      display: none;
    }
    :host([data-tool="point"]) {
      cursor: url(/static/icons/pointer-ring.svg) 12 12, crosshair;
    }
    svg {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      pointer-events: none;
      fill: none;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .outline {
      stroke: #fff;
      stroke-width: 11px;
    }
    .line {
      stroke: #1d5fb4;
      stroke-width: 5px;
    }
    .thin.outline {
      stroke-width: 6px;
    }
    .thin.line {
      stroke-width: 2px;
    }
  `;
  #pen = new GuidePen((gesture) => this.want("guide", { gesture }), freshId);
  /** @type {At | null} */
  #pending = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #lingering;
  #drawing = false;

  constructor() {
    super();
    /** @type {import("./guide_tools.js").Choice} */
    this.choice = { tool: null, pinned: false };
    /** @type {Draft | null} */
    this.draft = null;
    /** Where the keyboard's cursor is, once it was used. @type {At | null} */
    this.cursor = null;
    for (const [type, listener] of this.#listeners()) this.addEventListener(type, listener);
  }

  /** Take everything away, and begin with mark 1 again. */
  clear() {
    this.#pen.clear();
    this.#show(null);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("choice")) return;
    const { tool, pinned } = this.choice;
    this.#pen.pinned = pinned;
    const before = /** @type {import("./guide_tools.js").Choice | undefined} */ (changed.get("choice"));
    if (tool === (before?.tool ?? null)) return;
    this.#stopDrawing();
    this.cursor = null;
    this.dataset.tool = tool ?? "";
    this.toggleAttribute("tabindex", tool !== null);
    if (tool) this.#begin(tool);
  }

  render() {
    return html`<svg aria-hidden="true">${this.draft ? this.#line(this.draft) : nothing}${this.#cross()}</svg>`;
  }

  /** @param {import("../input/guide.js").Tool} tool */
  #begin(tool) {
    this.#pen.tool = tool;
    this.tabIndex = 0;
    this.setAttribute("role", "application");
    this.setAttribute("aria-label", `${t(`guide.${tool}`)}. ${t("guide.keys")}`);
    this.focus({ preventScroll: true });
  }

  /** @returns {[string, (event: any) => void][]} */
  #listeners() {
    return [
      ["pointerdown", this.#pressed],
      ["pointermove", this.#moved],
      ["pointerup", this.#released],
      ["pointercancel", this.#cancelled],
      ["wheel", (event) => event.stopPropagation()],
      ["keydown", this.#key],
      ["keyup", (event) => event.stopPropagation()],
    ];
  }

  // ---- the pointer

  /** @param {PointerEvent} event */
  #pressed = (event) => {
    event.stopPropagation();
    if (event.button !== 0 || !event.isPrimary) return;
    this.focus({ preventScroll: true });
    this.setPointerCapture(event.pointerId);
    this.cursor = null;
    this.#press(this.#at(event));
  };

  /** At most one move a frame: the newest. @param {PointerEvent} event */
  #moved = (event) => {
    event.stopPropagation();
    if (!event.isPrimary) return;
    const waiting = this.#pending !== null;
    this.#pending = this.#at(event);
    if (waiting) return;
    requestAnimationFrame(() => {
      const latest = this.#pending;
      this.#pending = null;
      if (latest && this.choice.tool) this.#move(latest);
    });
  };

  /** @param {PointerEvent} event */
  #released = (event) => {
    event.stopPropagation();
    if (this.#drawing && event.isPrimary) this.#release(this.#at(event));
  };

  /** @param {PointerEvent} event */
  #cancelled = (event) => {
    event.stopPropagation();
    this.#stopDrawing();
  };

  /** @param {PointerEvent} event @returns {At} */
  #at = ({ clientX, clientY }) => toFraction(clientX, clientY, this.getBoundingClientRect());

  // ---- the keyboard

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    event.stopPropagation();
    const step = ARROWS[event.key];
    if (step || ["Escape", "Enter", " "].includes(event.key)) event.preventDefault();
    if (event.key === "Escape") return this.#leave();
    const at = this.cursor ?? { x: 0.5, y: 0.5 };
    if (step) this.#moveCursor(at, step, event.shiftKey ? FINE_STEP : STEP);
    else if ((event.key === "Enter" || event.key === " ") && !event.repeat) this.#enter(at);
  };

  /** @param {At} from @param {readonly [number, number]} step @param {number} size */
  #moveCursor(from, [across, down], size) {
    this.cursor = { x: inside(from.x + across * size), y: inside(from.y + down * size) };
    this.#move(this.cursor);
  }

  /** The first time it begins a shape, the second time it ends it. @param {At} at */
  #enter(at) {
    this.cursor = at;
    if (this.#drawing) return this.#release(at);
    this.#press(at);
    if (!this.#pen.draft) this.#release(at);
  }

  #leave() {
    this.dispatchEvent(new CustomEvent("guide-choice", { detail: { ...this.choice, tool: null } }));
  }

  // ---- the pen

  /** @param {At} at */
  #press(at) {
    this.#drawing = true;
    this.#pen.press(at);
    this.#show(this.#pen.draft);
  }

  /** @param {At} at */
  #move(at) {
    this.#pen.move(at);
    if (this.#pen.draft) this.#show(this.#pen.draft);
  }

  /** @param {At} at */
  #release(at) {
    this.#drawing = false;
    this.#pending = null;
    this.#move(at);
    this.#pen.release(at);
    this.#lingering = setTimeout(() => this.#show(null), LINGER_MS);
  }

  #stopDrawing() {
    this.#drawing = false;
    this.#pen.cancel();
    this.#show(null);
  }

  /** @param {Draft | null} draft */
  #show(draft) {
    clearTimeout(this.#lingering);
    this.draft = draft;
  }

  // ---- what is shown here

  /** @param {Draft} draft */
  #line(draft) {
    const path = draft.type === "guide.arrow" ? this.#arrowPath(draft) : this.#path(draft.points);
    return svg`<path class="outline" d=${path}></path><path class="line" d=${path}></path>`;
  }

  #cross() {
    if (!this.cursor) return nothing;
    const { x, y } = this.#pixels(this.cursor);
    const path = `M${x - 12} ${y}H${x + 12}M${x} ${y - 12}V${y + 12}`;
    return svg`<path class="thin outline" d=${path}></path><path class="thin line" d=${path}></path>`;
  }

  /** @param {At[]} points */
  #path(points) {
    return `M${points.map((point) => this.#pixels(point)).map(({ x, y }) => `${x} ${y}`).join("L")}`;
  }

  /** @param {import("../protocol.js").GuideArrow} arrow */
  #arrowPath(arrow) {
    const tail = this.#pixels({ x: arrow.from_x, y: arrow.from_y });
    const tip = this.#pixels({ x: arrow.to_x, y: arrow.to_y });
    const length = Math.hypot(tip.x - tail.x, tip.y - tail.y) || 1;
    const [across, down] = [(tip.x - tail.x) / length, (tip.y - tail.y) / length];
    const wing = (/** @type {1 | -1} */ side) =>
      `${tip.x - across * HEAD - (side * down * HEAD) / 2} ${tip.y - down * HEAD + (side * across * HEAD) / 2}`;
    return `M${tail.x} ${tail.y}L${tip.x} ${tip.y}M${wing(1)}L${tip.x} ${tip.y}L${wing(-1)}`;
  }

  /** @param {At} at */
  #pixels({ x, y }) {
    return { x: x * this.clientWidth, y: y * this.clientHeight };
  }
}

/** @param {number} fraction */
const inside = (fraction) => Math.min(1, Math.max(0, fraction));

customElements.define("hr-guide-layer", GuideLayer);
