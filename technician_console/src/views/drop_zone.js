// A view onto which files can be dropped. It shows while something is dragged over it, and tells what
// was dropped as the intent `files.send`.
import { droppedIn } from "../files/gather.js";

/** While something is dragged over a view, browsers say so at least so often. */
const STILL_OVER_MS = 600;

/** A lit controller. */
export class DropZone {
  #host;
  /** Whether files are dragged over the view. */
  over = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("./base.js").View} host */
  constructor(host) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected() {
    this.#host.addEventListener("dragover", this.#dragged);
    this.#host.addEventListener("drop", this.#dropped);
  }

  hostDisconnected() {
    this.#host.removeEventListener("dragover", this.#dragged);
    this.#host.removeEventListener("drop", this.#dropped);
    this.#show(false);
  }

  /** @param {DragEvent} event */
  #dragged = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    this.#show(true);
  };

  /** @param {DragEvent} event */
  #dropped = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#show(false);
    void this.#send(/** @type {DataTransfer} */ (event.dataTransfer));
  };

  /** @param {DataTransfer} dropped */
  async #send({ items }) {
    try {
      this.#host.want("files.send", { chosen: await droppedIn(items) });
    } catch {
      this.#host.want("files.not-readable"); // a folder or a file that the browser could not look into
    }
  }

  /** @param {boolean} over */
  #show(over) {
    clearTimeout(this.#timer);
    if (over) this.#timer = setTimeout(() => this.#show(false), STILL_OVER_MS);
    if (over === this.over) return;
    this.over = over;
    this.#host.requestUpdate();
  }
}

/** A drop beside a zone must not make the browser leave the page to show the file. */
export function guardPage() {
  for (const type of /** @type {const} */ (["dragover", "drop"])) {
    window.addEventListener(type, (event) => {
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    });
  }
}

/** @param {DragEvent} event */
const hasFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;
