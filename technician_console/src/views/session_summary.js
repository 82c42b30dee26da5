// What a session was, once it is over, and the way to another for the same ticket.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { formatClock, formatMoment, t } from "../i18n.js";
import { View } from "./base.js";
import { capabilityText, icon, problemNote } from "./parts.js";
import { saidLine } from "./reports.js";
import { shared } from "./styles.js";

export class SessionSummary extends View {
  static properties = { session: { attribute: false }, explanation: { attribute: false }, doubt: {}, report: { attribute: false }, form: { attribute: false } };
  static styles = [
    ...shared,
    css`
      .card {
        max-width: 38rem;
        margin: 0 auto;
        padding: clamp(1.1rem, 3vw, 2rem);
        display: grid;
        gap: 1.2rem;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.45rem 1.4rem;
      }
      dt {
        color: var(--muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .note-of-theirs {
        white-space: pre-wrap;
      }
      .ours::first-letter {
        text-transform: uppercase;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../protocol.js").SessionView | null} */
    this.session = null;
    /** Why an admin ended it. @type {string | null} */
    this.explanation = null;
    /** Why nobody should go on as if nothing had been; empty: they may. */
    this.doubt = "";
    /** @type {import("../protocol.js").ReportView | null} */
    this.report = null;
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
  }

  connectedCallback() {
    super.connectedCallback();
    this.want("reports.load");
  }

  render() {
    const session = this.session;
    if (!session) return nothing;
    const expired = session.end_reason === "code_expired";
    return html`<section class="card" aria-labelledby="heading">
      <div>
        <h2 id="heading">${expired ? t("code.expired_title") : t("summary.title")}</h2>
        ${expired ? html`<p class="muted">${t("code.expired_explanation")}</p>` : nothing}
      </div>
      ${this.doubt ? html`<p class="note bad">${icon("circle-alert")}<span>${this.doubt}</span></p>` : nothing}
      ${this.report ? reportNote(this.report) : nothing}
      <dl>${facts(session, this.explanation).map(([name, value, ours]) => (value ? html`<dt>${name}</dt><dd class=${ours ? "ours" : ""}>${value}</dd>` : nothing))}</dl>
      ${problemNote(this.form.problem)}
      <div>
        <button class="primary" ?disabled=${this.form.busy} @click=${() => this.want("session.again", { session })}>
          ${icon(expired ? "refresh-cw" : "plus")}${expired ? t("code.create_again") : t("summary.again")}
        </button>
      </div>
    </section>`;
  }
}

/** For admins, who alone are told of reports. @param {import("../protocol.js").ReportView} report */
function reportNote({ said, machine }) {
  return html`<section class="note bad" aria-label=${t("reports.title")}>
    ${icon("triangle-alert")}
    <div><strong>${t("reports.unseen", { count: 1 })}</strong>${said.map((one) => saidLine(one, machine))}</div>
  </section>`;
}

/**
 * Names and values; the third tells words of ours, which begin with a capital, from what others
 * chose, which is shown as it is.
 * @param {import("../protocol.js").SessionView} session
 * @param {string | null} explanation
 * @returns {[string, string | null, boolean?][]}
 */
function facts(session, explanation) {
  const began = session.connected_at ?? session.joined_at;
  return [
    [t("summary.reason"), session.end_reason && t(`ended.${session.end_reason}`), true],
    [t("summary.explanation"), explanation],
    [t("summary.technician"), session.technician_name],
    [t("summary.machine"), session.machine],
    [t("summary.allowed"), session.granted.map(capabilityText).join(", ") || t("summary.nothing"), true],
    [t("summary.created"), formatMoment(session.created_at)],
    [t("summary.connected"), session.connected_at && formatMoment(session.connected_at)],
    [t("summary.ended"), session.ended_at && formatMoment(session.ended_at)],
    [t("summary.lasted"), began && session.ended_at && formatClock(Date.parse(session.ended_at) - Date.parse(began))],
  ];
}

customElements.define("hr-session-summary", SessionSummary);
