// Figures of sessions for those who answer for the service: all together, and a chart with its table for each part.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { formatClock, formatNumber, formatPeriod, hasText, t } from "../i18n.js";
import { daysOf, firstContactShare, minutes, PARTS, SPANS, TIMES } from "../measures.js";
import { NO_MEASURES } from "../measures_desk.js";
import { adminStyles } from "./admin_styles.js";
import { View } from "./base.js";
import "./chart.js";
import { icon, problemNote } from "./parts.js";

/** @typedef {import("../protocol.js").Figures} Figures */
/** @typedef {import("../protocol.js").Spread} Spread */
/** @typedef {{label: string, of: (figures: Figures) => number | null, text: (figures: Figures) => string}} Column */

const NOTHING = "–";

export class MeasuresView extends View {
  static properties = { measures: { attribute: false } };
  static styles = [
    ...adminStyles,
    css`
      :host {
        max-width: 76rem;
      }
      .pick,
      .totals,
      .charts {
        display: grid;
        gap: 0.8rem;
        grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr));
        margin-bottom: 1.1rem;
      }
      .charts {
        grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr));
      }
      .totals div,
      .charts section {
        min-width: 0;
        padding: 0.8rem 1rem;
      }
      dt {
        color: var(--muted);
        font-size: 0.9rem;
      }
      dd {
        margin: 0;
        font-size: 1.25rem;
        font-weight: 620;
      }
      dd .small {
        display: block;
        font-weight: 400;
      }
      h2 {
        font-size: 1.05rem;
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1rem;
        margin: 0.2rem 0 0.4rem;
      }
      .key span::before {
        display: inline-block;
        width: 1.2rem;
        margin-right: 0.4rem;
        border-top: 3px solid var(--accent);
        vertical-align: middle;
        content: "";
      }
      .key span + span::before {
        border-top: 3px dashed var(--warn);
      }
      .scrolls {
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.92rem;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 0.3rem 0.5rem;
        border-top: 1px solid var(--line);
        text-align: right;
      }
      th:first-child {
        text-align: left;
        overflow-wrap: anywhere;
      }
      summary {
        cursor: pointer;
        color: var(--muted);
      }
    `,
  ];

  constructor() {
    super();
    this.measures = NO_MEASURES;
  }

  render() {
    const { figures, busy, problem, choice } = this.measures;
    return html`<header>
        <h1>${t("measures.title")}</h1>
        <button type="button" ?disabled=${busy || !figures} @click=${() => this.want("measures.export")}>${icon("download")}${t("measures.export")}</button>
      </header>
      <p class="about muted">${t("measures.about")}</p>
      <div class="pick">
        ${this.#select("days", t("measures.span"), this.#spans(), String(choice.days))} ${this.#date("from")} ${this.#date("to")}
        ${this.#select("by", t("measures.by"), PARTS.map((part) => [part, t(`measures.by.${part}`)]), choice.by)}
      </div>
      ${problemNote(problem)} ${busy && !figures ? html`<p role="status">${t("measures.loading")}</p>` : nothing}
      ${figures ? this.#shown(figures) : nothing}`;
  }

  /** @param {"days" | "by"} name @param {string} label @param {string[][]} options @param {string} chosen */
  #select(name, label, options, chosen) {
    const changed = (/** @type {Event} */ event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.target);
      this.want("measures.choose", { choice: { [name]: name === "days" ? Number(value) : value } });
    };
    return html`<label
      >${label}<select @change=${changed}>
        ${options.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`)}
      </select></label
    >`;
  }

  #spans() {
    const spans = SPANS.map((days) => [String(days), t("measures.span_days", { count: days })]);
    return this.measures.choice.from ? [...spans, ["0", t("measures.span_dates")]] : spans;
  }

  /** @param {"from" | "to"} name */
  #date(name) {
    const shown = daysOf(this.measures.choice, Date.now());
    const changed = (/** @type {Event} */ event) => {
      const { value } = /** @type {HTMLInputElement} */ (event.target);
      if (value) this.want("measures.choose", { choice: { [name]: value } });
    };
    return html`<label>${t(`measures.${name}`)}<input type="date" .value=${shown[name]} required @change=${changed} /></label>`;
  }

  /** @param {import("../protocol.js").Measures} figures */
  #shown({ total, rows, backlog }) {
    const waiting = t("measures.backlog_value", { queued: backlog.queued, waiting: backlog.waiting });
    if (total.sessions === 0) {
      return html`<div class="card empty"><p>${t("measures.empty")}</p>
        <p class="muted">${t("measures.backlog")}: ${waiting}</p></div>`;
    }
    return html`<dl class="totals">
        ${tile(t("measures.sessions"), formatNumber(total.sessions))}
        ${TIMES.map((name) => tile(t(`measures.${name}`), clock(total[name].p50_s), spread(total[name])))}
        ${tile(t("measures.satisfaction"), stars(total), t("measures.answers", { count: total.satisfaction.count }))}
        ${tile(t("measures.first_contact"), share(total))} ${tile(t("measures.repeats"), formatNumber(total.repeats))}
        ${tile(t("measures.transfers"), formatNumber(total.transfers))} ${tile(t("measures.backlog"), waiting)}
      </dl>
      <div class="charts">
        ${this.#chart(t("measures.sessions"), rows, [count("sessions"), count("repeats")])}
        ${TIMES.map((name) => this.#chart(`${t(`measures.${name}`)} (${t("measures.minutes")})`, rows, [time(name, "p50_s", "median"), time(name, "p95_s", "p95")]))}
        ${this.#chart(t("measures.satisfaction"), rows, [{ label: t("measures.satisfaction"), of: (one) => one.satisfaction.average, text: stars }])}
        ${counted(t("measures.states"), total.states, "state")} ${counted(t("measures.reasons"), total.end_reasons, "ended")}
      </div>`;
  }

  /** @param {string[]} labels @param {import("./chart.js").Series[]} series @param {boolean} byTime */
  #drawn(labels, series, byTime) {
    return html`<hr-chart .labels=${labels} .series=${series} ?bars=${!byTime}></hr-chart>`;
  }

  /** @param {string} title @param {readonly Figures[]} rows @param {Column[]} columns */
  #chart(title, rows, columns) {
    const byTime = ["day", "week", "month"].includes(this.measures.choice.by);
    const named = (/** @type {Figures} */ { key, name }) => name ?? key ?? t("measures.no_group");
    const labels = rows.map((row) => (byTime && row.key ? formatPeriod(row.key, this.measures.choice.by) : named(row)));
    const drawn = byTime ? columns : columns.slice(0, 1);
    const isEmpty = columns.every(({ of }) => rows.every((row) => of(row) === null));
    const series = drawn.map(({ label, of }) => ({ label, values: rows.map(of) }));
    return html`<section class="card" aria-label=${title}>
      <h2>${title}</h2>
      ${columns.length > 1 && !isEmpty ? html`<p class="key small muted" aria-hidden="true">${drawn.map(({ label }) => html`<span>${label}</span>`)}</p>` : nothing}
      ${isEmpty ? html`<p class="muted">${t("measures.nothing")}</p>` : this.#drawn(labels, series, byTime)}
      <details ?hidden=${isEmpty}>
        <summary>${t("measures.table")}</summary>
        <div class="scrolls">
          <table aria-label=${title}>
            <thead>
              <tr>
                <th scope="col">${t(`measures.by.${this.measures.choice.by}`)}</th>
                ${columns.map(({ label }) => html`<th scope="col">${label}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${rows.map((row, at) => html`<tr><th scope="row">${labels[at]}</th>${columns.map(({ text }) => html`<td>${text(row)}</td>`)}</tr>`)}
            </tbody>
          </table>
        </div>
      </details>
    </section>`;
  }
}

/** @param {string} name @param {string} value @param {string} [more] */
const tile = (name, value, more) =>
  html`<div class="card"><dt>${name}</dt><dd>${value}${more ? html`<span class="small muted">${more}</span>` : nothing}</dd></div>`;

/** @param {number | null} seconds */
const clock = (seconds) => (seconds === null ? NOTHING : formatClock(seconds * 1000));

/** What is said below a median. @param {Spread} told */
const spread = ({ p95_s: p95 }) => (p95 === null ? undefined : t("measures.spread", { p95: clock(p95) }));

/** @param {Figures} figures */
const stars = ({ satisfaction: { average } }) =>
  average === null ? NOTHING : t("measures.of_five", { value: formatNumber(average, { maximumFractionDigits: 1 }) });

/** @param {Figures} figures */
function share(figures) {
  const part = firstContactShare(figures);
  return part === null ? NOTHING : formatNumber(part, { style: "percent" });
}

/** @param {"sessions" | "repeats"} name @returns {Column} */
const count = (name) => ({ label: t(`measures.${name}`), of: (one) => one[name], text: (one) => formatNumber(one[name]) });

/** @param {typeof TIMES[number]} name @param {"p50_s" | "p95_s"} part @param {"median" | "p95"} label @returns {Column} */
const time = (name, part, label) => ({ label: t(`measures.${label}`), of: (one) => minutes(one[name][part]), text: (one) => clock(one[name][part]) });

/** @param {string} title @param {readonly import("../protocol.js").Counted[]} counts @param {"state" | "ended"} words */
const counted = (title, counts, words) =>
  html`<section class="card">
    <h2>${title}</h2>
    <table aria-label=${title}>
      <tbody>
        ${counts.map(({ word, count: many }) => html`<tr><th scope="row">${hasText(`${words}.${word}`) ? t(`${words}.${word}`) : word}</th><td>${formatNumber(many)}</td></tr>`)}
      </tbody>
    </table>
  </section>`;

customElements.define("hr-measures", MeasuresView);
