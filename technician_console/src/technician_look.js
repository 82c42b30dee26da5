// How the technician looks at the remote screen, told to the support client and remembered for the next time.

/**
 * @typedef {object} LookAround
 * @property {Pick<import("./live_parts.js").LiveSessionParts, "choice" | "monitors" | "typing">} parts
 * @property {() => import("./session.js").LiveState} state
 * @property {(message: import("./protocol.js").ConsoleControlMessage) => void} send
 * @property {(input: import("./session.js").SessionInput) => void} dispatch
 */

export class TechnicianLook {
  #around;
  #watching = true;

  /** @param {LookAround} around */
  constructor(around) {
    this.#around = around;
  }

  /** Tell a support client that can hear it from now on. */
  tell() {
    this.#wish();
    const monitor = this.#around.parts.monitors.recall(this.#machine);
    if (monitor !== null) this.#around.send({ type: "screen.choose", monitor });
  }

  /** Whether anybody sees the picture: while nobody does, it need not be sent. @param {boolean} watching */
  watch(watching) {
    if (watching === this.#watching) return;
    this.#watching = watching;
    this.#wish();
  }

  /** @param {import("./protocol.js").PicturePreference} preference */
  prefer(preference) {
    this.#around.parts.choice.remember(preference);
    this.#around.dispatch({ type: "picture.preferred", preference });
    this.#wish();
  }

  /** Show this monitor, now and the next time this computer is seen. @param {string} monitor its id, or `all` */
  choose(monitor) {
    this.#around.parts.monitors.remember(this.#machine, monitor);
    this.#around.send({ type: "screen.choose", monitor });
  }

  /** @param {import("./input/keys.js").Typing} typing */
  typeAs(typing) {
    this.#around.parts.typing.remember(typing);
    this.#around.dispatch({ type: "typing.chosen", typing });
  }

  get #machine() {
    return this.#around.state().session?.machine ?? null;
  }

  #wish() {
    const { preference } = this.#around.state();
    this.#around.send({ type: "picture.wish", watching: this.#watching, preference });
  }
}
