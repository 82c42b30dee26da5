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
        gap: 0.6rem;
        align-items: start;
      }
      .head .icon {
        margin-top: 0.2rem;
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
      }
      .current {
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

  render() {
    const transfer = this.transfer;
    if (!transfer) return nothing;
    const title = titleText(transfer);
    const partly = transfer.state === "done" && transfer.failed > 0;
    return html`<div class="head" role="group" aria-label=${title}>
        ${icon(symbolOf(transfer))}
        <div>
          <h3>${title}</h3>
          <p class="muted small">${t(`file_way.${transfer.direction}`)} · ${contentsText(transfer)}</p>
        </div>
      </div>
      ${isOpen(transfer) ? this.#progress(transfer, title) : nothing}
      <p class="state ${partly ? "warn" : (TONES[transfer.state] ?? "")}">${stateText(transfer)}</p>
      ${this.#road(transfer)} ${transfer.renamed.map(({ name, as }) => html`<p class="renamed muted small">${t("files.renamed", { name, as })}</p>`)}
      ${this.#failures(transfer)} ${this.#received(transfer)}
      <div class="row">${this.#actions(transfer, title)}</div>`;
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
  #received({ saveable, id, files, folders, filesDone }) {
    if (saveable.length === 0 || files + folders === 1) return nothing;
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

  /** @param {Shown} transfer @param {string} title */
  #actions(transfer, title) {
    const { id, paused, again, saveable, files, folders } = transfer;
    const many = files + folders > 1;
    const one = saveable[0];
    const byMe = paused === "me";
    const held = paused === "them" || paused === "session";
    return [
      one && !many ? this.#action("save", t("files.save"), title, "files.save", { id, index: one.index }) : nothing,
      one && many && this.picksFolders
        ? this.#action("folder-down", t(this.saving ? "files.saving" : "files.save_all"), title, "files.save-all", { id }, this.saving)
        : nothing,
      isOpen(transfer) && !held
        ? this.#action(byMe ? "play" : "pause", t(byMe ? "files.go_on" : "files.pause"), title, "files.pause", { id, paused: !byMe })
        : nothing,
      isOpen(transfer) ? this.#action("x", t("action.cancel"), title, "files.cancel", { id }) : nothing,
      again && !this.ended ? this.#action("rotate-cw", t("files.again"), title, "files.again", { id }) : nothing,
      isOpen(transfer) ? nothing : this.#action("trash-2", t(one ? "files.discard" : "files.remove"), title, "files.discard", { id }),
    ];
  }

  /** @param {string} symbol @param {string} words @param {string} title @param {string} intent @param {object} about @param {boolean} [disabled] */
  #action(symbol, words, title, intent, about, disabled = false) {
    return html`<button class="compact" aria-label=${`${words}: ${title}`} ?disabled=${disabled} @click=${() => this.want(intent, about)}>
      ${icon(symbol)}${words}
    </button>`;
  }
}

/** Whether it still goes on. @param {Shown} transfer */
const isOpen = ({ state }) => ["waiting", "offered", "running", "interrupted"].includes(state);

/** @param {Shown} transfer */
const symbolOf = ({ direction, items }) => `${items.some(({ folder }) => folder) ? "folder" : "file"}-${direction === "send" ? "up" : "down"}`;

customElements.define("hr-file-transfer", FileTransfer);
