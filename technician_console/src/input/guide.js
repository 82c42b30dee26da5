// What the technician draws over the remote picture, tool by tool, as fractions of it. It is told of
// presses and moves of the pointer or of the keyboard's cursor; it emits gestures and never sends.
import { MAX_STROKE_POINTS } from "../protocol.js";

/** @typedef {"point" | "arrow" | "mark" | "stroke"} Tool */
/** @typedef {{x: number, y: number}} At */
/** @typedef {import("../channels/guide.js").GuideGesture} GuideGesture */
/** @typedef {import("../protocol.js").GuideArrow | import("../protocol.js").GuideStroke} Draft a shape while it is drawn */

/** @type {readonly Tool[]} */
export const TOOLS = ["point", "arrow", "mark", "stroke"];

/** A stroke that grows is told at most this often. */
const GROWING_MS = 200;
/** Of the picture: a place nearer to the last one is none of its own, and so short an arrow is a slip. */
const NEAR = 0.003;
const MOST_MARKS = 99;

export class GuidePen {
  #emit;
  #freshId;
  #now;
  #number = 1;
  #toldAt = 0;
  /** @type {Tool} */
  tool = "point";
  /** Whether what is drawn stays until everything is cleared. */
  pinned = false;
  /** @type {Draft | null} */
  draft = null;

  /**
   * @param {(gesture: GuideGesture) => void} emit
   * @param {() => string} freshId
   * @param {() => number} [now] milliseconds of a clock that never goes back
   */
  constructor(emit, freshId, now = () => performance.now()) {
    this.#emit = emit;
    this.#freshId = freshId;
    this.#now = now;
  }

  /** @param {At} at */
  press(at) {
    const place = rounded(at);
    const shape = { id: this.#freshId(), pinned: this.pinned };
    if (this.tool === "point") this.#emit({ kind: "point", ...place });
    if (this.tool === "mark") this.#mark({ ...shape, ...place });
    if (this.tool === "arrow") this.draft = { type: "guide.arrow", ...shape, from_x: place.x, from_y: place.y, to_x: place.x, to_y: place.y };
    if (this.tool === "stroke") this.draft = { type: "guide.stroke", ...shape, points: [place] };
  }

  /** @param {At} at */
  move(at) {
    const place = rounded(at);
    if (this.tool === "point") this.#emit({ kind: "point", ...place });
    if (this.draft?.type === "guide.arrow") this.draft = { ...this.draft, to_x: place.x, to_y: place.y };
    if (this.draft?.type === "guide.stroke") this.#grow(this.draft, place);
  }

  /** The shape is done, if one was begun. @param {At} at */
  release(at) {
    this.move(at);
    const { draft } = this;
    this.draft = null;
    if (!draft || (draft.type === "guide.arrow" && isSlip(draft))) return;
    this.#emit({ kind: "shape", message: draft });
  }

  /** Give up what was begun; what was told of a stroke fades by itself. */
  cancel() {
    this.draft = null;
  }

  clear() {
    this.draft = null;
    this.#number = 1;
    this.#emit({ kind: "shape", message: { type: "guide.clear" } });
  }

  /** @param {{id: string, pinned: boolean, x: number, y: number}} shape */
  #mark(shape) {
    this.#emit({ kind: "shape", message: { type: "guide.mark", number: this.#number, ...shape } });
    this.#number = (this.#number % MOST_MARKS) + 1;
  }

  /** @param {import("../protocol.js").GuideStroke} stroke @param {At} place */
  #grow(stroke, place) {
    const last = stroke.points.at(-1);
    if (last && distance(last, place) < NEAR) return;
    this.draft = { ...stroke, points: [...thinned(stroke.points), place] };
    const now = this.#now();
    if (now - this.#toldAt < GROWING_MS) return;
    this.#toldAt = now;
    this.#emit({ kind: "shape", message: { ...this.draft, pinned: false } });
  }
}

/** Every second place, once there is room for no more. @param {At[]} points */
const thinned = (points) => (points.length < MAX_STROKE_POINTS ? points : points.filter((_, index) => index % 2 === 0));

/** To a ten-thousandth: less than a pixel of any monitor. @param {At} at */
const rounded = ({ x, y }) => ({ x: Math.round(x * 1e4) / 1e4, y: Math.round(y * 1e4) / 1e4 });

/** @param {At} one @param {At} other */
const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

/** @param {import("../protocol.js").GuideArrow} arrow */
const isSlip = (arrow) => distance({ x: arrow.from_x, y: arrow.from_y }, { x: arrow.to_x, y: arrow.to_y }) < NEAR;
