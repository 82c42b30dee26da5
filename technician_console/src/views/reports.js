// What end users do not trust, for auditors and admins: unseen reports open, seen ones folded away.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { formatMoment, t } from "../i18n.js";
import { NO_REPORTS } from "../reports_desk.js";
import { sessionHash } from "../router.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";

/** @typedef {import("../protocol.js").ReportView} ReportView */

export class ReportsView extends View {
  static properties = { reports: { attribute: false }, onlyReads: { type: Boolean, attribute: "only-reads" } };
  static styles = [
    ...shared,
    css`
      section {
        margin-bottom: 1.2rem;
      }
      h2 {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        margin-bottom: 0.5rem;
        color: var(--danger);
      }
      ul {
        list-style: none;
      }
      .unseen {
        border-color: var(--danger);
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        padding: 0.8rem 1.1rem;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .what {
        flex: 1 1 18rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .ticket {
        font-weight: 600;
      }
      .note-of-theirs {
        margin-top: 0.3rem;
        white-space: pre-wrap;
      }
      summary {
        cursor: pointer;
        color: var(--muted);
      }
    `,
  ];

  constructor() {
    super();
    this.reports = NO_REPORTS;
    this.onlyReads = false;
  }

  render() {
    const { items, unseen, problem } = this.reports;
    const news = items.filter((report) => !report.seen_at);
    const seen = items.filter((report) => report.seen_at);
    if (items.length === 0) return problemNote(problem);
    return html`<section aria-label=${t("reports.title")}>
      ${problemNote(problem)}
      ${news.length > 0
        ? html`<h2 role="alert">${icon("triangle-alert")}${t("reports.unseen", { count: unseen })}</h2>
            ${this.#list(news, "unseen")}`
        : nothing}
      ${seen.length > 0 ? html`<details><summary>${t("reports.seen_ones", { count: seen.length })}</summary>${this.#list(seen, "")}</details>` : nothing}
    </section>`;
  }

  /** @param {ReportView[]} reports @param {string} look */
  #list(reports, look) {
    return html`<ul class="card ${look}" role="list">
      ${repeat(
        reports,
        (report) => report.session_id,
        (report) => this.#row(report),
      )}
    </ul>`;
  }

  /** @param {ReportView} report */
  #row(report) {
    const { session_id: sessionId, ticket_id: ticket, technician_name: technician, seen_at: seenAt } = report;
    return html`<li>
      <div class="what">
        <p><span class="ticket">${ticket}</span> · ${technician} · ${formatMoment(report.reported_at)}</p>
        ${report.said.map((said) => saidLine(said, report.machine))}
        ${seenAt ? html`<p class="muted small">${t("reports.seen", { name: report.seen_by ?? "–", time: formatMoment(seenAt) })}</p>` : nothing}
      </div>
      <a class="button" href=${sessionHash(sessionId)} aria-label=${`${t("reports.open")}: ${ticket}`}>${t("reports.open")}</a>
      ${seenAt || this.onlyReads
        ? nothing
        : html`<button
            aria-label=${`${t("reports.see")}: ${ticket}`}
            ?disabled=${this.reports.busy}
            @click=${() => this.want("report.see", { sessionId })}
          >
            ${t("reports.see")}
          </button>`}
    </li>`;
  }
}

/**
 * One thing that was said, and by whom: from the join page anybody with the code may have said it.
 * @param {import("../protocol.js").ReportSaid} said
 * @param {string | null} machine
 */
export function saidLine({ place, source_address: address, note, said_at: at, breach }, machine) {
  const whose = place === "support_client" ? machine : null;
  const from = [t(`report_place.${place}`), whose, address, formatMoment(at)].filter(Boolean).join(" · ");
  return html`<p class="muted small">${from}</p>
    ${breach ? html`<p>${t(breach === "strings_differ" ? "reports.differ" : "reports.altered", { why: t(`breach.${breach}`) })}</p>` : nothing}
    ${note ? html`<p class="note-of-theirs">${t("reports.said", { note })}</p>` : nothing}`;
}

customElements.define("hr-reports", ReportsView);
