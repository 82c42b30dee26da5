// One transfer in the list: what it is, how far, and what can be done with it.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { formatBytes, t } from "../i18n.js";
import { View } from "./base.js";
import { contentsText, problemText, roadText, stateText, titleText } from "./file_words.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";

/** @typedef {import("../files/transfer.js").Shown} Shown */

/** Which look a state has. @type {Partial<Record<import("../files/transfer.js").TransferState, string>>} */
const TONES = { done: "good", failed: "bad", interrupted: "warn" };

export class FileTransfer extends View {
  static properties = {
    transfer: { attribute: false },
    picksFolders: { type: Boolean },
    saving: { type: Boolean },
    noRelay: { attribute: false },
    ended: { type: Boolean },
  };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        gap: 0.35rem;
      }
      .head {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        column-gap: 0.6rem;
        align-items: start;
        order: -2;
      }
      .head .icon {
        margin-top: 0.2rem;
      }
      .head p {
        grid-column: 2;
      }
      h3 {
        font-size: 1rem;
        font-weight: 600;
        line-height: 1.35;
        overflow-wrap: anywhere;
      }
      .state {
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }
      .good {
        color: var(--good);
      }
      .bad {
        color: var(--danger);
      }
      .warn {
        color: var(--warn);
      }
      progress {
        width: 100%;
        height: 0.55rem;
        accent-color: var(--accent);
        order: -1;
      }
      .current {
        order: -1;
        overflow: hidden;
        white-space: nowrap;
        text-overflow: ellipsis;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
      }
      details > ul {
        list-style: none;
        display: grid;
        gap: 0.35rem;
        padding: 0.35rem 0 0;
        max-height: 16rem;
        overflow: auto;
      }
      summary {
        cursor: pointer;
        font-size: 0.875rem;
      }
      li {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        justify-content: space-between;
        font-size: 0.875rem;
      }
      li.failure {
        display: block;
      }
      .name {
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Shown | null} */
    this.transfer = null;
    this.picksFolders = false;
    this.saving = false;
    /** @type {import("../protocol.js").RelayRefusal | null} */
    this.noRelay = null;
    /** Whether the session is over: nothing can be sent again. */
    this.ended = false;
  }

  /**
   * What is over stays in the list, by the hundred, so that a row is two dozen nodes: no space between its tags, no text
   * beside them but by property, and one part for what few have.
   */
  render() {
    const transfer = this.transfer;
    if (!transfer) return nothing;
    const { id, direction, state } = transfer;
    const title = titleText(transfer);
    const about = `${t(`file_way.${direction}`)} · ${contentsText(transfer)}`;
    const tone = state === "done" && transfer.failed > 0 ? "warn" : (TONES[state] ?? "");
    const last = lastOf(transfer);
    return html`<div class="head" role="group" aria-label=${title}><span class="icon icon-${symbolOf(transfer)}" aria-hidden="true"></span><h3 .textContent=${title}></h3><p class="muted small" .textContent=${about}></p></div><p class="state ${tone}" .textContent=${stateText(transfer)}></p>${this.#more(transfer, title)}<div class="row">${this.#first(transfer, title)}<button class="compact" aria-label=${`${last.words}: ${title}`} @click=${() => this.want(last.intent, { id })}><span class="icon icon-${last.symbol}" aria-hidden="true"></span><span .textContent=${last.words}></span></button></div>`;
  }

  /** How far it is, and what became of some of its files: nothing of most that are over. @param {Shown} transfer @param {string} title */
  #more(transfer, title) {
    const { renamed, failed, saveable, files, folders } = transfer;
    const many = saveable.length > 0 && files + folders > 1;
    if (isOver(transfer) && renamed.length === 0 && failed === 0 && !many) return nothing;
    return html`${isOver(transfer) ? nothing : this.#progress(transfer, title)} ${this.#road(transfer)}
      ${renamed.map(({ name, as }) => html`<p class="renamed muted small">${t("files.renamed", { name, as })}</p>`)}
      ${this.#failures(transfer)} ${many ? this.#received(transfer) : nothing}`;
  }

  /** @param {Shown} transfer @param {string} title */
  #progress({ bytes, size, current, files }, title) {
    return html`<progress max=${Math.max(1, size)} value=${bytes} aria-label=${t("files.progress", { name: title })}></progress>
      ${current && files > 1
        ? html`<p class="current muted small">${t("files.current", { name: current.name, done: formatBytes(current.bytes), all: formatBytes(current.size) })}</p>`
        : nothing}`;
  }

  /** @param {Shown} transfer */
  #road(transfer) {
    const text = roadText(transfer, this.noRelay);
    return text ? html`<p class="road muted small">${text}</p>` : nothing;
  }

  /** @param {Shown} transfer */
  #failures({ failures, failed }) {
    if (failed === 0) return nothing;
    return html`<details>
      <summary>${t("files.failures", { count: failed })}</summary>
      <ul role="list">
        ${failures.map(({ name, problem }) => html`<li class="failure"><span class="name">${name}</span><br /><span class="bad">${problemText(problem)}</span></li>`)}
      </ul>
    </details>`;
  }

  /** @param {Shown} transfer */
  #received({ saveable, id, filesDone }) {
    return html`<details ?open=${filesDone <= 5}>
      <summary>${t("files.whole", { count: filesDone })}</summary>
      <ul role="list">
        ${repeat(saveable, ({ index }) => index, (file) => this.#file(id, file))}
      </ul>
    </details>`;
  }

  /** @param {string} id @param {import("../files/transfer.js").Saveable} file */
  #file(id, { index, name, size, saved }) {
    const label = t("files.save_this", { name });
    return html`<li>
      <span class="name">${name} <span class="muted">${formatBytes(size)}</span></span>
      <button class="compact" aria-label=${label} title=${label} @click=${() => this.want("files.save", { id, index })}>
        ${icon(saved ? "check" : "save")}${t("files.save")}
      </button>
    </li>`;
  }

  /** What can be done before it is given up. @param {Shown} transfer @param {string} title */
  #first(transfer, title) {
    return isOver(transfer) ? this.#useOf(transfer, title) : html`${this.#useOf(transfer, title)} ${this.#pause(transfer, title)}`;
  }

  /** What use it is: its files are here to be saved, or it can be sent again. @param {Shown} transfer @param {string} title */
  #useOf({ id, again, saveable, files, folders }, title) {
    const [one] = saveable;
    if (one && files + folders === 1) return this.#action("save", t("files.save"), title, "files.save", { id, index: one.index });
    if (one && this.picksFolders) {
      return this.#action("folder-down", t(this.saving ? "files.saving" : "files.save_all"), title, "files.save-all", { id }, this.saving);
    }
    return again && !this.ended ? this.#action("rotate-cw", t("files.again"), title, "files.again", { id }) : nothing;
  }

  /** @param {Shown} transfer @param {string} title */
  #pause({ id, paused }, title) {
    if (paused === "them" || paused === "session") return nothing;
    const byMe = paused === "me";
    return this.#action(byMe ? "play" : "pause", t(byMe ? "files.go_on" : "files.pause"), title, "files.pause", { id, paused: !byMe });
  }

  /** @param {string} symbol @param {string} words @param {string} title @param {string} intent @param {object} about @param {boolean} [disabled] */
  #action(symbol, words, title, intent, about, disabled = false) {
    return html`<button class="compact" aria-label=${`${words}: ${title}`} ?disabled=${disabled} @click=${() => this.want(intent, about)}><span class="icon icon-${symbol}" aria-hidden="true"></span><span .textContent=${words}></span></button>`;
  }
}

/** Whether nothing of it goes on any more. @param {Shown} transfer */
export const isOver = ({ state }) => ["done", "failed", "cancelled"].includes(state);

/** What takes it away: given up while it goes on, and off the list then. @param {Shown} transfer */
function lastOf(transfer) {
  if (!isOver(transfer)) return { symbol: "x", words: t("action.cancel"), intent: "files.cancel" };
  const words = t(transfer.saveable.length > 0 ? "files.discard" : "files.remove");
  return { symbol: "trash-2", words, intent: "files.discard" };
}

/** @param {Shown} transfer */
const symbolOf = ({ direction, items }) => `${items.some(({ folder }) => folder) ? "folder" : "file"}-${direction === "send" ? "up" : "down"}`;

customElements.define("hr-file-transfer", FileTransfer);
