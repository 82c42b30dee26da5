// The canvas with the exact tiles, to lay over the video: joins their channel, their painter and the
// frames that the video shows.
import { TileChannel } from "./channel.js";
import { TilePainter } from "./painter.js";
import { ShownReport } from "./shown.js";

export class TileOverlay {
  #canvas = document.createElement("canvas");
  #channel;
  #painter;
  #report;
  /** @type {HTMLVideoElement | null} */
  #video = null;
  #callback = 0;

  /**
   * @param {Worker} worker one of its own, running worker.js
   * @param {(shown: import("./shown.js").Shown) => void} shown hears which video frame is on the screen
   * @param {import("./delay.js").PictureDelay} delay
   */
  constructor(worker, shown, delay) {
    this.#report = new ShownReport(shown);
    this.#canvas.width = this.#canvas.height = 0;
    this.#channel = new TileChannel(worker, (message) => this.#painter.hear(message));
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    this.#painter = new TilePainter(context, {
      drawn: (bytes) => this.#channel.send({ type: "tiles.ack", bytes }),
      hidden: (hidden) => void (this.#canvas.style.visibility = hidden ? "hidden" : "visible"),
      shown: (captured) => delay.shown(captured, performance.now()),
    });
  }

  /** The canvas to lay over the video. */
  get element() {
    return this.#canvas;
  }

  /** Take over the data channel, as it was made. @param {import("../way.js").Channel} channel */
  listen(channel) {
    this.#channel.listen(channel);
  }

  /** Follow the frames of this video. @param {HTMLVideoElement} video */
  follow(video) {
    if (this.#video === video) return;
    this.#video?.cancelVideoFrameCallback(this.#callback);
    this.#video = video;
    this.#expectFrame(video);
  }

  /** Stop following and drawing, for good. */
  close() {
    this.#video?.cancelVideoFrameCallback(this.#callback);
    this.#video = null;
    this.#channel.close();
    this.#report.close();
  }

  /** @param {HTMLVideoElement} video */
  #expectFrame(video) {
    this.#callback = video.requestVideoFrameCallback((_, { rtpTimestamp, receiveTime }) => {
      if (this.#video !== video) return;
      if (rtpTimestamp !== undefined) {
        this.#painter.frameShown(rtpTimestamp);
        this.#report.shown(rtpTimestamp, receiveTime);
      }
      this.#expectFrame(video);
    });
  }
}
