// The remote picture and the tools around it. Keys are taken only while the picture has the focus;
// what the pointer and the keys do is emitted as gestures.
import { html, nothing } from "../../../static/vendor/lit.js";
import { layout } from "../input/geometry.js";
import { KeyboardInput } from "../input/keyboard.js";
import { PointerInput } from "../input/pointer.js";
import { ViewZoom } from "../input/zoom.js";
import { hasText, t } from "../i18n.js";
import { isPaused, mayControl, mayGuide, mayView } from "../session.js";
import { View } from "./base.js";
import { DropZone } from "./drop_zone.js";
import { dropVeil, dropVeilStyles } from "./drop_veil.js";
import { icon } from "./parts.js";
import { remoteScreenStyles } from "./remote_screen_styles.js";
import { groups, shared } from "./styles.js";
import "./ask_right.js";
import "./clipboard_tools.js";
import "./guide_layer.js";
import "./guide_tools.js";
import "./keyboard_tools.js";
import "./monitor_choice.js";
import "./quality_line.js";
import "./rights_line.js";
import "./rights_news.js";
import "./zoom_buttons.js";

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
    scale: { state: true },
    full: { state: true },
    guide: { state: true },
  };
  static styles = [...shared, groups, remoteScreenStyles, dropVeilStyles];
  #zone = new DropZone(this);
  #keyboard = new KeyboardInput(
    (message) => this.#gesture({ kind: "input", message }),
    () => this.#giveKeyboardBack(),
  );
  #view = new ViewZoom({
    stage: () => this.find(".stage"),
    screen: () => this.#screen(),
    wanted: (zoom) => void (this.zoom = zoom),
    control: () => this.live !== null && mayControl(this.live),
  });
  #pointer = new PointerInput((gesture) => this.#gesture(gesture), undefined, {
    pinch: (pinch) => this.#view.pinch(pinch),
    wheel: (event) => this.#view.wheel(event),
  });
  #watchSize = new ResizeObserver(([entry]) => {
    this.#room = entry?.contentRect ?? null;
    this.#place();
  });
  /** The stage without borders and scroll bars. @type {DOMRectReadOnly | null} */
  #room = null;
  /** Whether the focus moves by the Tab key. */
  #tabs = false;

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
    /** Device pixels of a picture pixel. */
    this.scale = 1;
    this.full = false;
    /** @type {import("./guide_tools.js").Choice} */
    this.guide = { tool: null, pinned: false };
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
    this.#view.close();
    this.#watchSize.disconnect();
    document.removeEventListener("fullscreenchange", this.#fullScreenChanged);
    for (const kind of ["keydown", "keyup"]) window.removeEventListener(kind, this.#sawKey, true);
  }

  #listen() {
    const screen = this.#screen();
    const field = this.find(".typed");
    // A click must not take the focus from the field for even a moment: held keys would be released.
    screen.focus = (options) => field.focus(options);
    this.#keyboard.attach(field);
    this.#pointer.attach(screen, () => screen.getBoundingClientRect());
    this.#view.listen();
    this.#watchSize.observe(this.find(".stage"), { box: DEVICE_BOX });
    document.addEventListener("fullscreenchange", this.#fullScreenChanged);
    for (const kind of ["keydown", "keyup"]) window.addEventListener(kind, this.#sawKey, true);
  }

  /** @param {Event} event */
  #sawKey = (event) => {
    this.#tabs = event.type === "keydown" && /** @type {KeyboardEvent} */ (event).key === "Tab";
  };

  /** @returns {HTMLElement} */
  #screen() {
    return this.find(".screen");
  }

  render() {
    const live = this.live;
    if (!live) return nothing;
    const control = mayControl(live);
    return html`<div class="tools">
        <hr-zoom
          .zoom=${this.zoom}
          .scale=${this.scale}
          @zoom-set=${(/** @type {CustomEvent} */ { detail }) => (this.zoom = detail)}
          @zoom-step=${(/** @type {CustomEvent} */ { detail }) => this.#view.step(detail)}
        ></hr-zoom>
        ${this.#fullScreenButton(t(this.full ? "screen.leave_full" : "screen.full"))}
        <hr-monitors .screen=${live.peer.phase === "connected" ? live.screen : null}></hr-monitors>
        <hr-guide-tools
          .choice=${this.guide}
          ?disabled=${!mayGuide(live)}
          @guide-choice=${this.#guideChosen}
          @guide-clear=${() => this.find("hr-guide-layer").clear()}
        ></hr-guide-tools>
        <hr-keyboard-tools .live=${live} @keys-sent=${() => this.#screen().focus()}></hr-keyboard-tools>
        <hr-clipboard .live=${live}></hr-clipboard>
      </div>
      <div class="status">
        <hr-rights .live=${live}></hr-rights>
        <p id="hint" class="hint small ${this.guide.tool || (this.focused && control) ? "typing" : ""}">${this.#hint(control)}</p>
        ${live.quality?.path === "broker" ? html`<p class="muted small">${icon("info")} ${t("screen.by_broker")}</p>` : nothing}
        ${live.screen?.conditions.includes("compared") ? html`<p class="muted small">${t("screen_condition.compared")}</p>` : nothing}
        <hr-quality .live=${live}></hr-quality>
      </div>
      <div class="stage ${this.zoom === "fit" ? "fit" : "free"}" @keydown=${this.#zoomKeys}>
        <div
          class="screen ${control ? "control" : ""}"
          role="application"
          tabindex="0"
          aria-label=${t("screen.label")}
          aria-describedby="hint"
          @focus=${this.#reached}
          @keydown=${this.#entered}
          @mousedown=${keepFocus}
        >
          <textarea
            class="typed"
            tabindex="-1"
            aria-label=${t("screen.typed")}
            aria-describedby="hint"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            @focus=${this.#tookKeyboard}
            @blur=${() => (this.focused = false)}
          ></textarea>
          <video playsinline disablepictureinpicture .muted=${true} @resize=${() => this.#place()}></video>
          ${this.picture?.tiles.element ?? nothing} ${this.picture?.cursor.element ?? nothing}
          <hr-guide-layer .choice=${this.guide} @guide-choice=${this.#guideChosen}></hr-guide-layer>
          ${this.#veil(live)}
        </div>
        ${this.#conditions(live)} ${this.#zone.over ? dropVeil(live) : nothing}
        <div class="foot">
          <hr-rights-news .live=${live}></hr-rights-news>
          ${live.heldBack && !isPaused(live) ? html`<p class="note warn" aria-live="polite">${icon("user")}${t("local_use.active")}</p>` : nothing}
          ${live.refused && !live.heldBack ? html`<p class="note warn" aria-live="polite">${icon("info")}${t(`refused.${live.refused}`)}</p>` : nothing}
        </div>
      </div>
      <hr-ask-right .live=${live}></hr-ask-right>`;
  }

  /** Whoever came by the keyboard goes on by Tab, or types after Enter; anything else means to type. */
  #reached = () => {
    if (!this.#tabs) this.#screen().focus();
  };

  /** @param {KeyboardEvent} event */
  #entered = (event) => {
    if (event.key !== "Enter" || event.target !== this.#screen()) return;
    event.preventDefault();
    this.#screen().focus();
  };

  /** @param {string} words */
  #fullScreenButton(words) {
    return html`<button class="compact" aria-label=${words} title=${words} @click=${this.#fullScreen}>${icon("fullscreen")}</button>`;
  }

  /** @param {boolean} control */
  #hint(control) {
    if (this.live?.peer.phase !== "connected" || isPaused(this.live)) return nothing;
    if (this.live.heldBack) return nothing;
    if (this.guide.tool) return html`${icon("pointer")} ${t("guide.active")} <kbd>Esc</kbd>`;
    if (!control) return t("screen.view_only");
    if (!this.focused) return t("screen.click_to_type");
    return html`${icon("keyboard")} <kbd>Ctrl+Alt+Shift+Q</kbd> ${t("screen.typing")}`;
  }

  /** Words instead of a picture that is not the present one. @param {import("../session.js").LiveState} live */
  #veil(live) {
    if (live.fault === "replaced") return veil("monitor", t("veil.elsewhere"));
    if (live.peer.phase !== "connected") {
      return veil("wifi", t(`veil.${veilKey(live.peer)}`));
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
    if (this.guide.tool && !(this.live && mayGuide(this.live))) this.guide = { ...this.guide, tool: null };
    const { width = 0, height = 0 } = this.live?.screen ?? {};
    if (width > 0 && (width !== this.size.width || height !== this.size.height)) this.size = { width, height };
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("picture")) void this.#play();
    if (this.live) this.#keyboard.choose(this.live.typing);
    if (["zoom", "size", "picture"].some((name) => changed.has(name)) || this.#controlChanged(changed)) this.#place();
    const before = /** @type {import("../session.js").LiveState | null | undefined} */ (changed.get("live"));
    if (before && this.live && mayControl(before) && !mayControl(this.live)) {
      this.#pointer.reset();
      this.#keyboard.release();
    }
  }

  /** @param {Map<string, unknown>} changed */
  #controlChanged(changed) {
    const before = /** @type {import("../session.js").LiveState | null | undefined} */ (changed.get("live"));
    return before !== undefined && this.live !== null && (before === null || mayControl(before) !== mayControl(this.live));
  }

  /** Played by hand: `autoplay` does not start a stream that is set on an element made by a template. */
  async #play() {
    const video = this.find("video");
    video.srcObject = this.picture?.stream ?? null;
    if (!this.picture?.stream) return;
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
    const perPixel = box.width / this.size.width;
    this.scale = this.#view.scale = perPixel * window.devicePixelRatio;
    this.#view.settle();
    const control = this.live !== null && mayControl(this.live);
    this.picture?.cursor.fit(this.#screen(), this.size, perPixel, control);
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

  /** Before the keyboard of the picture hears of them; a guide's tool has keys of its own. */
  #zoomKeys = {
    handleEvent: (/** @type {KeyboardEvent} */ event) => {
      if (!this.guide.tool) this.#view.key(event);
    },
    capture: true,
  };

  #fullScreenChanged = () => {
    this.full = this.matches(":fullscreen");
  };

  /** Text that is marked on this page would be dragged along with the pointer. */
  #tookKeyboard() {
    this.focused = true;
    this.want("clipboard.look");
    getSelection()?.removeAllRanges();
  }

  #giveKeyboardBack() {
    this.#tabs = true;
    HTMLElement.prototype.focus.call(this.#screen());
    this.#tabs = false;
  }

  /** Leaving the tools, the picture has the keyboard again. @param {CustomEvent<import("./guide_tools.js").Choice>} event */
  #guideChosen({ detail }) {
    if (!detail.tool && this.find("hr-guide-layer").matches(":focus")) this.#screen().focus();
    this.guide = detail;
  }

  /** @param {import("../channels/input.js").Gesture} gesture */
  #gesture(gesture) {
    this.want("gesture", { gesture });
  }
}

/** A click beside the field leaves the focus in it. @param {Event} event */
const keepFocus = (event) => event.preventDefault();

/** Which words stand for a connection that there is not. @param {import("../session.js").LiveState["peer"]} peer */
function veilKey({ phase, everConnected }) {
  if (phase === "failed" || phase === "unrecovered") return phase;
  return everConnected ? "reconnecting" : "connecting";
}

/** Why there is no picture; a newer client may give a reason that has no words here. @param {string} code */
const problemWords = (code) => t(hasText(`screen_problem.${code}`) ? `screen_problem.${code}` : "screen_problem.unreadable");

/** @param {string} symbol @param {string} text */
const veil = (symbol, text) => html`<div class="veil">${icon(symbol)}<p>${text}</p></div>`;

customElements.define("hr-remote-screen", RemoteScreen);
