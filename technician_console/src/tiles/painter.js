// Draws the exact tiles in the order in which they came, and clears them when the video is newer. It
// knows neither where messages come from nor what the page looks like.
import { CaptureTimes } from "./capture_times.js";
import { decodeSmall } from "./decode.js";
import { TileLedger } from "./ledger.js";
import { parse } from "./messages.js";

/**
 * @typedef {object} PainterEvents
 * @property {(bytes: number) => void} drawn bytes of tiles drawn so far
 * @property {(hidden: boolean) => void} hidden whether the tiles may be older than the video, all of them
 * @property {(captured: number) => void} shown something of this capture time can be seen now
 */

export class TilePainter {
  #context;
  #events;
  #ledger = new TileLedger();
  #times = new CaptureTimes();
  #drawnBytes = 0;
  /** Messages take effect one after the other, though large tiles are decoded beside them. */
  #before = Promise.resolve();
  #waiting = 0;

  /** @param {CanvasRenderingContext2D} context @param {PainterEvents} events */
  constructor(context, events) {
    this.#context = context;
    this.#events = events;
  }

  /** @param {ArrayBuffer} buffer one message of the channel */
  hear(buffer) {
    const message = parse(buffer);
    if (message?.kind === "tile") this.#hearTile(message);
    else if (message?.kind === "frame") this.#inOrder(() => this.#told(message));
    else if (message) this.#inOrder(() => this.#reset(message.width, message.height));
  }

  /** The page shows this frame of the video. @param {number} timestamp RTP timestamp, 32 bits */
  frameShown(timestamp) {
    const captured = this.#times.shown(timestamp);
    if (captured !== null) this.#events.shown(captured);
    this.#clear(this.#ledger.shown(timestamp));
  }

  /** A small tile is decoded here and now: handing it to another thread takes longer. @param {import("./messages.js").Tile} tile */
  #hearTile(tile) {
    const small = decodeSmall(tile.png);
    if (small) return this.#inOrder(() => this.#draw(tile, () => this.#drawPixels(small, tile.rect)));
    const large = decodeLarge(tile.png);
    this.#inOrder(async () => {
      const picture = await large;
      this.#draw(tile, picture && (() => this.#drawBitmap(picture, tile.rect)));
    });
  }

  /** @param {() => void | Promise<void>} act */
  #inOrder(act) {
    const done = this.#waiting === 0 ? act() : this.#before.then(act);
    if (!done) return;
    this.#waiting += 1;
    this.#before = done.then(() => void (this.#waiting -= 1));
  }

  /** @param {NonNullable<ReturnType<typeof decodeSmall>>} small @param {import("./messages.js").Rect} rect */
  #drawPixels({ data, width, height }, { left, top }) {
    this.#context.putImageData(new ImageData(data, width, height), left, top);
  }

  /** @param {ImageBitmap} picture @param {import("./messages.js").Rect} rect */
  #drawBitmap(picture, { left, top }) {
    this.#context.drawImage(picture, left, top);
    picture.close();
  }

  /** @param {import("./messages.js").Tile} tile @param {(() => void) | null} draw null when it is no picture: the video below shows what is there */
  #draw({ captured, rect, png }, draw) {
    if (draw) {
      draw();
      this.#ledger.drawn(rect);
      this.#events.shown(captured);
    }
    this.#drawnBytes += png.length;
    this.#events.drawn(this.#drawnBytes);
  }

  /** @param {import("./messages.js").Frame} frame */
  #told({ captured, timestamp, replaced }) {
    // A frame that changes nothing, as when the browser asks for one, says nothing of the delay.
    if (replaced.length > 0) this.#times.told(timestamp, captured);
    this.#clear(this.#ledger.told(timestamp, replaced));
  }

  /** @param {import("./messages.js").Rect[]} rects */
  #clear(rects) {
    for (const { left, top, width, height } of rects) this.#context.clearRect(left, top, width, height);
    this.#events.hidden(this.#ledger.hidden);
  }

  /** @param {number} width @param {number} height */
  #reset(width, height) {
    Object.assign(this.#context.canvas, { width, height });
    this.#ledger.reset();
  }
}

/** @param {Uint8Array<ArrayBuffer>} png */
async function decodeLarge(png) {
  try {
    return await createImageBitmap(new Blob([png], { type: "image/png" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch {
    return null;
  }
}
