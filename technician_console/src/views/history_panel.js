// The audit events of one session, oldest first, in words.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { formatTime, t } from "../i18n.js";
import { View } from "./base.js";
import { actionText, actorText, detailLines } from "./event_text.js";
import { problemNote } from "./parts.js";
import { shared } from "./styles.js";

/** @typedef {import("../protocol.js").AuditEventView} AuditEventView */

export class HistoryPanel extends View {
  static properties = { history: { attribute: false }, stamp: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        height: 100%;
        overflow: auto;
        padding: 0.9rem 1rem;
      }
      ol {
        list-style: none;
        display: grid;
      }
      li {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 0 0.7rem;
        padding: 0.5rem 0;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      time {
        white-space: nowrap;
        color: var(--muted);
        font-size: 0.82rem;
        padding-top: 0.13rem;
        font-variant-numeric: tabular-nums;
      }
      .what {
        overflow-wrap: anywhere;
      }
      .what::first-letter {
        text-transform: uppercase;
      }
      .refused,
      .failure {
        color: var(--danger);
      }
      .details {
        color: var(--muted);
        font-size: 0.82rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../app.js").AppState["history"]} */
    this.history = { events: [], loaded: false, problem: null };
    /** Another one whenever something happened: the broker tells of the session after every event. @type {unknown} */
    this.stamp = null;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("stamp")) this.want("history.load");
  }

  render() {
    const { events, loaded, problem } = this.history;
    return html`${problemNote(problem)}
      ${loaded && !problem && events.length === 0 ? html`<p class="muted">${t("history.empty")}</p>` : nothing}
      <ol aria-busy=${!loaded}>
        ${repeat(events, (event) => event.sequence, eventRow)}
      </ol>`;
  }
}

/** @param {AuditEventView} event */
function eventRow(event) {
  return html`<li>
    <time datetime=${event.recorded_at}>${formatTime(event.recorded_at, "medium")}</time>
    <div>
      <p class="what ${event.outcome}">
        ${actionText(event.action)}${event.outcome === "success" ? "" : ` (${t(`outcome.${event.outcome}`)})`}
      </p>
      <p class="details">${actorText(event)}${event.source_address ? ` · ${event.source_address}` : ""}</p>
      ${detailLines(event.details).map((line) => html`<p class="details">${line}</p>`)}
    </div>
  </li>`;
}

customElements.define("hr-history-panel", HistoryPanel);
