// Draws the exact tiles on a canvas that lies over the video, in the order in which they came.
// It knows nothing of where messages come from; `ack` is called with the bytes drawn so far, `shown`
// with the video frame that is on the screen, and `delay` hears of what was captured when.
import { TileLedger } from "./ledger.js";
import { parse } from "./messages.js";
import { ShownReport } from "./shown.js";

export class TileOverlay {
  #ack;
  #report;
  #delay;
  #ledger = new TileLedger();
  #canvas = document.createElement("canvas");
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
  #drawnBytes = 0;
  /** Messages take effect one after the other, though tiles are decoded side by side. */
  #before = Promise.resolve();
  /** @type {HTMLVideoElement | null} */
  #video = null;
  #callback = 0;

  /**
   * @param {(bytes: number) => void} ack
   * @param {(shown: import("./shown.js").Shown) => void} shown
   * @param {import("./delay.js").PictureDelay} delay
   */
  constructor(ack, shown, delay) {
    this.#ack = ack;
    this.#report = new ShownReport(shown);
    this.#delay = delay;
    this.#canvas.width = this.#canvas.height = 0;
  }

  /** The canvas to lay over the video. */
  get element() {
    return this.#canvas;
  }

  /** Follow the frames of this video. @param {HTMLVideoElement} video */
  follow(video) {
    if (this.#video === video) return;
    this.#video?.cancelVideoFrameCallback(this.#callback);
    this.#video = video;
    this.#expectFrame(video);
  }

  /** Stop following, for good. */
  close() {
    this.#video?.cancelVideoFrameCallback(this.#callback);
    this.#video = null;
    this.#report.close();
  }

  /** @param {ArrayBuffer} buffer one message of the channel */
  hear(buffer) {
    const message = parse(buffer);
    if (!message) return;
    if (message.kind === "tile") {
      const picture = decode(message.png);
      this.#inOrder(async () => this.#draw(message, await picture));
    } else if (message.kind === "frame") {
      this.#inOrder(() => this.#told(message));
    } else {
      this.#inOrder(() => this.#reset(message.width, message.height));
    }
  }

  /** @param {() => void | Promise<void>} act */
  #inOrder(act) {
    this.#before = this.#before.then(act);
  }

  /** @param {import("./messages.js").Tile} tile @param {ImageBitmap | null} picture */
  #draw({ captured, rect, png }, picture) {
    if (picture) {
      this.#context.drawImage(picture, rect.left, rect.top);
      picture.close();
      this.#ledger.drawn(rect);
      this.#delay.tileDrawn(captured, performance.now());
    }
    this.#drawnBytes += png.length;
    this.#ack(this.#drawnBytes);
  }

  /** @param {import("./messages.js").Frame} frame */
  #told({ captured, timestamp, replaced }) {
    // A frame that changes nothing, as when the browser asks for one, says nothing of the delay.
    if (replaced.length > 0) this.#delay.frameTold(timestamp, captured);
    this.#clear(this.#ledger.told(timestamp, replaced));
  }

  /** @param {import("./messages.js").Rect[]} rects */
  #clear(rects) {
    for (const { left, top, width, height } of rects) this.#context.clearRect(left, top, width, height);
    this.#canvas.style.visibility = this.#ledger.hidden ? "hidden" : "visible";
  }

  /** @param {number} width @param {number} height */
  #reset(width, height) {
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#ledger.reset();
  }

  /** @param {HTMLVideoElement} video */
  #expectFrame(video) {
    this.#callback = video.requestVideoFrameCallback((_, { rtpTimestamp, receiveTime }) => {
      if (this.#video !== video) return;
      if (rtpTimestamp !== undefined) {
        this.#delay.frameShown(rtpTimestamp, performance.now());
        this.#clear(this.#ledger.shown(rtpTimestamp));
        this.#report.shown(rtpTimestamp, receiveTime);
      }
      this.#expectFrame(video);
    });
  }
}

/** @param {Uint8Array<ArrayBuffer>} png */
async function decode(png) {
  try {
    return await createImageBitmap(new Blob([png], { type: "image/png" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch {
    return null; // Not a picture: the video below shows what is there.
  }
}
