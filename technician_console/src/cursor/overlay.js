// The end user's pointer over the picture. Where the technician's own mouse has it, the mouse takes its
// shape, which the system draws at once; elsewhere an image is drawn where the other side says it is.
import { sizeInBase64 } from "../png.js";
import { MAX_CURSOR_SIDE } from "../protocol.js";
import { PointerPlace } from "./place.js";

/** @typedef {import("../protocol.js").CursorShape} CursorShape */

/** A pointer is not drawn smaller than this, however small the picture. */
const MIN_SCALE = 0.6;
/** Browsers ignore larger pointers (Chromium: 128 CSS pixels). */
const MAX_SIDE_PX = 128;

export class CursorOverlay {
  #image = document.createElement("img");
  #place = new PointerPlace();
  /** @type {CursorShape | null} */
  #shape = null;
  /** @type {HTMLElement | null} */
  #screen = null;
  #size = { width: 1, height: 1 };
  #scale = 1;
  #control = false;
  #mouseInside = false;

  constructor() {
    this.#image.alt = "";
    this.#image.className = "remote-pointer";
    this.#image.draggable = false;
    Object.assign(this.#image.style, { position: "absolute", pointerEvents: "none", visibility: "hidden" });
  }

  /** The image to lay over the picture. */
  get element() {
    return this.#image;
  }

  /**
   * Draw on this element, which the picture fills.
   * @param {HTMLElement} screen
   * @param {import("../input/geometry.js").Size} size pixels of the picture
   * @param {number} scale CSS pixels of a picture pixel
   * @param {boolean} control whether the technician's mouse is the pointer
   */
  fit(screen, size, scale, control) {
    if (this.#screen !== screen) this.#listen(screen);
    if (size.width !== this.#size.width || size.height !== this.#size.height) this.#place.forget();
    this.#size = size;
    this.#control = control;
    this.#scale = Math.max(MIN_SCALE, scale);
    if (!control) this.#place.forget();
    void this.#dress();
    this.#draw();
  }

  /** Take this shape. @param {CursorShape} shape */
  async wear(shape) {
    const { width, height } = sizeInBase64(shape.png) ?? { width: Infinity, height: Infinity };
    if (Math.max(width, height) > MAX_CURSOR_SIDE) return;
    this.#shape = shape;
    this.#image.src = `data:image/png;base64,${shape.png}`;
    await this.#dress();
    this.#draw();
  }

  /** The technician has put the pointer here, in fractions of the picture. @param {number} x @param {number} y */
  sent(x, y) {
    this.#place.sent({ x, y }, performance.now());
    this.#draw();
  }

  /** The other side told where the pointer is. @param {import("../protocol.js").PointerAt} told */
  told(told) {
    this.#place.told(told, this.#size, performance.now());
    this.#draw();
  }

  /** Stop listening, and give the mouse its own shape back. */
  close() {
    this.#screen?.removeEventListener("pointerenter", this.#entered);
    this.#screen?.removeEventListener("pointerleave", this.#left);
    this.#screen?.style.removeProperty("--remote-cursor");
    this.#screen = null;
  }

  /** @param {HTMLElement} screen */
  #listen(screen) {
    this.close();
    this.#screen = screen;
    screen.addEventListener("pointerenter", this.#entered);
    screen.addEventListener("pointerleave", this.#left);
    this.#mouseInside = screen.matches(":hover");
  }

  /** @param {PointerEvent} event */
  #entered = (event) => {
    this.#mouseInside = event.pointerType === "mouse";
    this.#draw();
  };

  #left = () => {
    this.#mouseInside = false;
    this.#draw();
  };

  #draw() {
    const { point, visible, foreign } = this.#place;
    const shown = visible && this.#shape !== null && (!this.#control || !this.#mouseInside || foreign);
    const { style } = this.#image;
    style.visibility = shown ? "visible" : "hidden";
    if (!shown || !this.#shape) return;
    const { width, height, hot_x: hotX, hot_y: hotY } = this.#shape;
    style.left = `calc(${point.x * 100}% - ${(hotX + 0.5) * this.#scale}px)`;
    style.top = `calc(${point.y * 100}% - ${(hotY + 0.5) * this.#scale}px)`;
    style.width = `${width * this.#scale}px`;
    style.height = `${height * this.#scale}px`;
  }

  /** Give the mouse over the picture the shape, as large as the picture's pixels make it. */
  async #dress() {
    const shape = this.#shape;
    const screen = this.#screen;
    if (!shape || !screen) return;
    try {
      await this.#image.decode();
    } catch (error) {
      if (error instanceof DOMException && error.name === "EncodingError") return; // not a PNG, or another by now
      throw error;
    }
    if (shape === this.#shape && screen === this.#screen) screen.style.setProperty("--remote-cursor", this.#css(shape));
  }

  /** @param {CursorShape} shape */
  #css({ width, height, hot_x: hotX, hot_y: hotY }) {
    const ratio = window.devicePixelRatio;
    const scale = Math.min(this.#scale, MAX_SIDE_PX / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale * ratio));
    canvas.height = Math.max(1, Math.round(height * scale * ratio));
    canvas.getContext("2d")?.drawImage(this.#image, 0, 0, canvas.width, canvas.height);
    const [left, top] = [hotX, hotY].map((hot) => Math.floor((hot + 0.5) * scale));
    return `image-set(url("${canvas.toDataURL()}") ${ratio}x) ${left} ${top}, crosshair`;
  }
}
