// Files of the session: send some, ask for some, and the list of transfers, newest first.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { chosenIn } from "../files/gather.js";
import { formatBytes, t } from "../i18n.js";
import { granted, mayAsk, mayPassFiles } from "../session.js";
import { View } from "./base.js";
import { DropZone } from "./drop_zone.js";
import { dropVeil, dropVeilStyles } from "./drop_veil.js";
import { contentsText, problemText, titleText } from "./file_words.js";
import { icon } from "./parts.js";
import { shared } from "./styles.js";
import "./ask_files.js";
import { isOver } from "./file_transfer.js";

/** @typedef {import("../session.js").LiveState} LiveState */

/** So many of the newest that are over are drawn, and so many more each time that earlier ones are asked for. */
const ROWS_AT_ONCE = 50;

export class FilesPanel extends View {
  static properties = { live: { attribute: false }, shown: { state: true } };
  static styles = [
    ...shared,
    dropVeilStyles,
    css`
      :host {
        position: relative;
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        height: 100%;
      }
      .do {
        display: grid;
        gap: 0.5rem;
        padding: 0.8rem 1rem;
        border-bottom: 1px solid var(--line);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: center;
      }
      .list {
        overflow: auto;
        overscroll-behavior: contain;
        padding: 0.4rem 1rem 1rem;
      }
      [role="listitem"] {
        padding: 0.8rem 0;
      }
      [role="listitem"] + [role="listitem"] {
        border-top: 1px solid var(--line);
      }
      .lost {
        display: grid;
        gap: 0.35rem;
        justify-items: start;
      }
      h3 {
        font-size: 1rem;
        overflow-wrap: anywhere;
      }
      .earlier {
        margin-top: 0.6rem;
      }
      .note {
        flex-wrap: wrap;
        align-items: center;
        font-size: 0.9rem;
      }
      .note span:nth-child(2) {
        flex: 1 1 10rem;
      }
      .empty {
        display: grid;
        gap: 0.7rem;
        padding: 0.8rem 0;
      }
      .empty p {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.6rem;
      }
      .empty .icon {
        margin-top: 0.2rem;
        color: var(--accent);
      }
    `,
  ];
  #zone = new DropZone(this);

  constructor() {
    super();
    /** @type {LiveState | null} */
    this.live = null;
    /** How many of those that are over are drawn at most, the newest. */
    this.shown = ROWS_AT_ONCE;
  }

  render() {
    const live = this.live;
    if (!live) return nothing;
    const { transfers, lost, dialog, picksFolders, saving } = live.files;
    const ended = live.session?.state === "ended";
    const drawn = newest(transfers, this.shown);
    return html`<div class=${ended && !live.files.problem ? "" : "do"}>
        ${ended ? nothing : this.#actions(live)}
        <div aria-live="polite">${this.#problem(live)}</div>
        ${ended ? nothing : limitNote(live)}
        ${live.files.lasts || ended ? nothing : html`<p class="note warn">${icon("info")}<span>${t("files.no_disk")}</span></p>`}
      </div>
      <div class="list" tabindex="0" role="region" aria-label=${t("files.list")}>
        ${transfers.length + lost.length === 0 ? this.#empty(ended) : nothing}
        <div role="list">
          ${repeat(lost, ({ id }) => id, (kept) => html`<div role="listitem" class="lost">${this.#lost(kept)}</div>`)}
          ${repeat(
            drawn,
            ({ id }) => id,
            (transfer) =>
              html`<hr-file-transfer role="listitem" .transfer=${transfer} ?picksFolders=${picksFolders} ?saving=${saving === transfer.id} .noRelay=${live.files.noRelay} ?ended=${ended}></hr-file-transfer>`,
          )}
        </div>
        ${drawn.length < transfers.length ? this.#earlier(transfers.length - drawn.length) : nothing}
      </div>
      <hr-ask-files ?open=${dialog}></hr-ask-files>
      ${this.#zone.over && !ended ? dropVeil(live) : nothing}`;
  }

  /** @param {LiveState} live */
  #actions(live) {
    return html`<div class="row">${granted(live).includes("files.send") ? this.#send(live) : this.#missing(live, "files.send")}</div>
      <div class="row">${granted(live).includes("files.receive") ? this.#ask(live) : this.#missing(live, "files.receive")}</div>`;
  }

  /** @param {LiveState} live */
  #send(live) {
    const off = !mayPassFiles(live, "send");
    return html`<button class="compact" ?disabled=${off} @click=${() => this.find("#files").click()}>${icon("file-up")}${t("files.send")}</button>
      <button class="compact" ?disabled=${off} @click=${() => this.find("#folder").click()}>${icon("folder-up")}${t("files.send_folder")}</button>
      <input id="files" type="file" multiple hidden @change=${this.#chosen} />
      <input id="folder" type="file" webkitdirectory hidden @change=${this.#chosen} />`;
  }

  /** @param {LiveState} live */
  #ask(live) {
    const { asking } = live.files;
    return html`<button class="compact" aria-haspopup="dialog" ?disabled=${asking || !mayPassFiles(live, "receive")} @click=${() => this.want("files.open-ask")}>
        ${icon("file-down")}${t("files.ask")}
      </button>
      <span class="muted small" role="status">${asking ? t("files.asking") : nothing}</span>`;
  }

  /** @param {LiveState} live @param {"files.send" | "files.receive"} capability */
  #missing(live, capability) {
    return html`<span class="muted small">${t(`files_missing.${capability.slice(6)}`)}</span>
      <button class="compact" aria-haspopup="dialog" ?disabled=${!mayAsk(live)} @click=${() => this.want("rights.open-ask", { capability })}>
        ${icon("plus")}${t(`files_ask_right.${capability.slice(6)}`)}
      </button>`;
  }

  /** @param {LiveState} live */
  #problem(live) {
    const { problem } = live.files;
    if (!problem) return nothing;
    const close = t("rights_news.close");
    return html`<p class="note warn">
      ${icon("info")}<span>${problemText(problem)}</span>
      <button class="compact plain" aria-label=${close} title=${close} @click=${() => this.want("files.close-problem")}>${icon("x")}</button>
    </p>`;
  }

  /** @param {import("../files/outgoing.js").Kept} kept */
  #lost(kept) {
    const title = titleText(kept);
    return html`<h3>${title}</h3>
      <p class="muted small">${t("file_way.send")} · ${contentsText(kept)}</p>
      <p class="note warn">${icon("info")}<span>${t("files.lost")}</span></p>
      <button class="compact" aria-label=${`${t("files.remove")}: ${title}`} @click=${() => this.want("files.discard", { id: kept.id })}>
        ${icon("trash-2")}${t("files.remove")}
      </button>`;
  }

  /** @param {number} count */
  #earlier(count) {
    return html`<button class="earlier" type="button" @click=${this.#showEarlier}>${t("files.earlier", { count })}</button>`;
  }

  /** Without a button to press again the list takes the focus. */
  async #showEarlier() {
    this.shown += ROWS_AT_ONCE;
    await this.updateComplete;
    if (!this.find(".earlier")) this.find(".list").focus({ preventScroll: true });
  }

  /** @param {boolean} ended */
  #empty(ended) {
    if (ended) return html`<p class="muted small">${t("files.none")}</p>`;
    return html`<div class="empty">
      <p>${icon("file-up")}<span>${t("files.empty_send")}</span></p>
      <p>${icon("file-down")}<span>${t("files.empty_receive")}</span></p>
      <p>${icon("shield-check")}<span>${t("files.empty_safe")}</span></p>
    </div>`;
  }

  /** @param {Event} event */
  #chosen({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    this.want("files.send", { chosen: chosenIn([...(input.files ?? [])]) });
    input.value = "";
  }
}

customElements.define("hr-files-panel", FilesPanel);

/**
 * What goes on, and the newest of what is over.
 * @param {readonly import("../files/transfer.js").Shown[]} transfers newest first
 * @param {number} most
 */
function newest(transfers, most) {
  let over = 0;
  return transfers.filter((transfer) => !isOver(transfer) || (over += 1) <= most);
}

/** How large a file may be, if an admin limits it. @param {LiveState} live */
function limitNote({ filePolicy: { max_file_bytes: most } }) {
  return most === null ? nothing : html`<p class="muted small">${t("files.limit", { size: formatBytes(most) })}</p>`;
}
