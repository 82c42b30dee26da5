// The remote picture and the tools around it. Keys are taken only while the picture has the focus;
// what the pointer and the keys do is emitted as gestures.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { layout } from "../input/geometry.js";
import { KeyboardInput } from "../input/keyboard.js";
import { PointerInput } from "../input/pointer.js";
import { hasText, t } from "../i18n.js";
import { isPaused, mayControl, mayView } from "../session.js";
import { View } from "./base.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";
import "./quality_line.js";
import "./rights_line.js";

const UNKNOWN_SIZE = { width: 1280, height: 720 };
/** The box that changes with the device's pixels too, as when the window goes to another monitor. */
const DEVICE_BOX = "devicePixelContentBoxSize" in ResizeObserverEntry.prototype ? "device-pixel-content-box" : "content-box";

export class RemoteScreen extends View {
  static properties = {
    live: { attribute: false },
    picture: { attribute: false },
    zoom: { state: true },
    focused: { state: true },
    size: { state: true },
    full: { state: true },
  };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-height: 0;
        min-width: 0;
        background: var(--page);
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem 0.9rem;
        align-items: center;
        padding: 0.4rem clamp(0.8rem, 2.5vw, 1.6rem);
      }
      .group {
        display: flex;
      }
      .group button {
        border-radius: 0;
        border-color: var(--line-strong);
      }
      .group button:first-child {
        border-radius: var(--radius-small) 0 0 var(--radius-small);
      }
      .group button:last-child {
        border-radius: 0 var(--radius-small) var(--radius-small) 0;
        border-left: 0;
      }
      .group button[aria-pressed="true"] {
        background: var(--accent-wash);
        color: var(--accent);
      }
      .hint {
        flex: 1 1 16rem;
        min-width: 0;
      }
      .hint.typing {
        color: var(--accent);
        font-weight: 570;
      }
      kbd {
        font: inherit;
        font-size: 0.85em;
        padding: 0 0.35em;
        border: 1px solid var(--line-strong);
        border-radius: 4px;
        background: var(--surface);
        white-space: nowrap;
      }
      hr-quality {
        margin-left: auto;
      }
      .stage {
        position: relative;
        overflow: hidden;
        min-height: 0;
        border: 3px solid var(--stage);
        background: var(--stage);
      }
      .stage:has(.screen:focus) {
        border-color: var(--focus);
      }
      .stage.actual {
        overflow: auto;
      }
      .screen {
        position: absolute;
        touch-action: none;
        user-select: none;
        cursor: not-allowed;
        background: #000;
      }
      .screen.control {
        cursor: url(/static/icons/pointer-dot.svg) 4 4, crosshair;
      }
      .screen:focus {
        outline: none;
      }
      /* The video may be smaller than the screen that it shows: both layers fill the same place. */
      video,
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: fill;
        pointer-events: none;
      }
      .veil {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 0.7rem;
        padding: 1rem;
        text-align: center;
        background: var(--stage);
        color: var(--on-stage);
      }
      .veil .icon {
        width: 2.2rem;
        height: 2.2rem;
      }
      .veil p::first-letter {
        text-transform: uppercase;
      }
      .refused {
        bottom: 1rem;
      }
      .condition {
        top: 1rem;
      }
      .over {
        position: absolute;
        left: 50%;
        transform: translateX(-50%);
        width: max-content;
        max-width: calc(100% - 2rem);
        box-shadow: var(--shadow);
        pointer-events: none;
      }
    `,
  ];
  #keyboard = new KeyboardInput(
    (message) => this.#gesture({ kind: "input", message }),
    () => this.#giveKeyboardBack(),
  );
  #pointer = new PointerInput((gesture) => this.#gesture(gesture));
  #watchSize = new ResizeObserver(([entry]) => {
    this.#room = entry?.contentRect ?? null;
    this.#place();
  });
  /** The stage without borders and scroll bars. @type {DOMRectReadOnly | null} */
  #room = null;

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
    /** @type {import("../live_session.js").Picture | null} */
    this.picture = null;
    /** @type {import("../input/geometry.js").Zoom} */
    this.zoom = "fit";
    this.focused = false;
    this.size = UNKNOWN_SIZE;
    this.full = false;
  }

  firstUpdated() {
    this.#listen();
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) this.#listen();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#keyboard.detach();
    this.#pointer.detach();
    this.#watchSize.disconnect();
    document.removeEventListener("fullscreenchange", this.#fullScreenChanged);
  }

  #listen() {
    const screen = this.#screen();
    this.#keyboard.attach(screen);
    this.#pointer.attach(screen, () => screen.getBoundingClientRect());
    this.#watchSize.observe(this.find(".stage"), { box: DEVICE_BOX });
    document.addEventListener("fullscreenchange", this.#fullScreenChanged);
  }

  /** @returns {HTMLElement} */
  #screen() {
    return this.find(".screen");
  }

  render() {
    const live = this.live;
    if (!live) return nothing;
    const control = mayControl(live);
    return html`<div class="tools">
        <div class="group">${this.#zoomButton("fit")}${this.#zoomButton("actual")}</div>
        <button class="compact" @click=${this.#fullScreen}>${icon("fullscreen")}${t(this.full ? "screen.leave_full" : "screen.full")}</button>
        <hr-rights .live=${live}></hr-rights>
        <p id="hint" class="hint small ${this.focused && control ? "typing" : ""}">${this.#hint(control)}</p>
        ${live.screen?.conditions.includes("compared") ? html`<p class="muted small">${t("screen_condition.compared")}</p>` : nothing}
        <hr-quality .live=${live}></hr-quality>
      </div>
      <div class="stage ${this.zoom}">
        <div
          class="screen ${control ? "control" : ""}"
          role="application"
          tabindex="0"
          aria-label=${t("screen.label")}
          aria-describedby="hint"
          @focus=${this.#tookKeyboard}
          @blur=${() => (this.focused = false)}
        >
          <video playsinline disablepictureinpicture .muted=${true} @resize=${() => this.#place()}></video>
          ${this.picture?.tiles.element ?? nothing}
          ${this.#veil(live)}
        </div>
        ${this.#conditions(live)}
        ${live.heldBack
          ? html`<p class="note warn over refused" aria-live="polite">${icon("user")}${t("local_use.active")}</p>`
          : nothing}
        ${live.refused && !live.heldBack ? html`<p class="note warn over refused" aria-live="polite">${icon("info")}${t(`refused.${live.refused}`)}</p>` : nothing}
      </div>`;
  }

  /** @param {import("../input/geometry.js").Zoom} zoom */
  #zoomButton(zoom) {
    return html`<button class="compact" aria-pressed=${this.zoom === zoom} @click=${() => (this.zoom = zoom)}>${t(`screen.${zoom}`)}</button>`;
  }

  /** @param {boolean} control */
  #hint(control) {
    if (this.live?.peer.phase !== "connected" || isPaused(this.live)) return nothing;
    if (this.live.heldBack) return nothing;
    if (!control) return t("screen.view_only");
    if (!this.focused) return t("screen.click_to_type");
    return html`${icon("keyboard")} ${t("screen.typing")} <kbd>Ctrl+Alt+Shift+Q</kbd>`;
  }

  /** Words instead of a picture that is not the present one. @param {import("../session.js").LiveState} live */
  #veil(live) {
    if (live.fault === "replaced") return veil("monitor", t("veil.elsewhere"));
    if (live.peer.phase !== "connected") {
      const words = live.peer.phase === "failed" ? "failed" : live.peer.everConnected ? "reconnecting" : "connecting";
      return veil("wifi", t(`veil.${words}`));
    }
    if (isPaused(live)) return veil("pause", t("veil.paused"));
    if (!mayView(live)) return veil("image-off", t("veil.no_view"));
    if (live.screen?.problem) return veil("image-off", problemWords(live.screen.problem));
    return nothing;
  }

  /** What to know of a picture that is shown all the same: the client tells the gravest first. @param {import("../session.js").LiveState} live */
  #conditions(live) {
    if (live.peer.phase !== "connected" || isPaused(live)) return nothing;
    const told = live.screen?.conditions.find((code) => code !== "compared" && hasText(`screen_condition.${code}`));
    if (!told) return nothing;
    return html`<p class="note warn over condition" aria-live="polite">${icon(told === "locked" ? "lock" : "info")}${t(`screen_condition.${told}`)}</p>`;
  }

  /** The size is that of the screen, whatever the video's: without one, the last known stays. */
  willUpdate() {
    const { width = 0, height = 0 } = this.live?.screen ?? {};
    if (width > 0 && (width !== this.size.width || height !== this.size.height)) this.size = { width, height };
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("picture")) void this.#play();
    if (changed.has("zoom") || changed.has("size") || changed.has("picture")) this.#place();
    const before = /** @type {import("../session.js").LiveState | null | undefined} */ (changed.get("live"));
    if (before && this.live && mayControl(before) && !mayControl(this.live)) {
      this.#pointer.reset();
      this.#keyboard.release();
    }
  }

  /** Played by hand: `autoplay` does not start a stream that is set on an element made by a template. */
  async #play() {
    const video = this.find("video");
    video.srcObject = this.picture?.stream ?? null;
    if (!this.picture) return;
    this.picture.tiles.follow(video);
    try {
      await video.play();
    } catch (error) {
      // Another stream took this one's place before it began: that one is played by its own call.
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    }
  }

  /** The element is exactly as large as the picture in it, so that there are no bars to click on. */
  #place() {
    if (!this.#room) return;
    const { wholeScale, ...box } = layout(this.#stageBox(this.#room), this.size, this.zoom, window.devicePixelRatio);
    const { style } = this.#screen();
    for (const [side, value] of Object.entries(box)) style.setProperty(side, `${value}px`);
    this.#sharpen(wholeScale);
  }

  /** @param {DOMRectReadOnly} room @returns {import("../input/geometry.js").Box} */
  #stageBox({ width, height }) {
    const stage = this.find(".stage");
    const outer = stage.getBoundingClientRect();
    const border = Number.parseFloat(getComputedStyle(stage).borderTopWidth);
    return { left: outer.left + border, top: outer.top + border, width, height };
  }

  /**
   * Where picture pixels are whole squares of device pixels, none is mixed with its neighbours. A video
   * that is smaller than the screen is smoothed, and at 1:1 its colours, which it has at half the size.
   * @param {number} wholeScale
   */
  #sharpen(wholeScale) {
    const video = this.find("video");
    const wholeVideo = video.videoWidth === this.size.width && video.videoHeight === this.size.height;
    video.style.imageRendering = wholeScale > 1 && wholeVideo ? "pixelated" : "auto";
    const tiles = this.picture?.tiles.element;
    if (tiles) tiles.style.imageRendering = wholeScale > 0 ? "pixelated" : "auto";
  }

  async #fullScreen() {
    if (document.fullscreenElement) return document.exitFullscreen();
    await this.requestFullscreen();
    // Where the browser can, keys like Escape and Alt+Tab go to the remote computer in full screen.
    const keyboard = /** @type {any} */ (navigator).keyboard;
    await keyboard?.lock?.();
    this.#screen().focus();
  }

  #fullScreenChanged = () => {
    this.full = this.matches(":fullscreen");
  };

  /** Text that is marked on this page would be dragged along with the pointer. */
  #tookKeyboard() {
    this.focused = true;
    getSelection()?.removeAllRanges();
  }

  #giveKeyboardBack() {
    this.find(".group button").focus();
  }

  /** @param {import("../channels/input.js").Gesture} gesture */
  #gesture(gesture) {
    this.want("gesture", { gesture });
  }
}

/** Why there is no picture; a newer client may give a reason that has no words here. @param {string} code */
const problemWords = (code) => t(hasText(`screen_problem.${code}`) ? `screen_problem.${code}` : "screen_problem.unreadable");

/** @param {string} symbol @param {string} text */
const veil = (symbol, text) => html`<div class="veil">${icon(symbol)}<p>${text}</p></div>`;

customElements.define("hr-remote-screen", RemoteScreen);
