// A session as it went, for those who read the log: bars over time, and everything in order. Prints well.
import { css, html, nothing, svg } from "../../../static/vendor/lit.js";
import { auditHash } from "../audit_filters.js";
import { formatBytes, formatClock, formatMoment, formatTime, t } from "../i18n.js";
import { byName, storyOf, total } from "../story.js";
import { NO_STORY } from "../story_desk.js";
import { View } from "./base.js";
import { actionText, actorText, detailLines } from "./event_text.js";
import { capabilityText, icon, problemNote, stateText } from "./parts.js";
import { shared } from "./styles.js";

/** @typedef {import("../story.js").Span} Span */
/** @typedef {import("../story.js").Story} Story */
/** @typedef {import("../protocol.js").AuditEventView} AuditEventView */

export class StoryView extends View {
  static properties = { story: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        max-width: 70rem;
        margin: 0 auto;
      }
      header,
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem 1rem;
        align-items: center;
        justify-content: space-between;
      }
      section {
        margin-top: 1.2rem;
        padding: 1rem 1.1rem;
      }
      h2 {
        margin-bottom: 0.6rem;
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 0.3rem 1.2rem;
      }
      dt {
        color: var(--muted);
      }
      dd,
      li {
        overflow-wrap: anywhere;
      }
      .bars {
        display: grid;
        grid-template-columns: minmax(6rem, 13rem) minmax(0, 1fr) max-content;
        gap: 0.35rem 0.8rem;
        align-items: center;
      }
      .bars h3 {
        grid-column: 1 / -1;
        margin: 0.6rem 0 0;
        font-size: 0.95rem;
        font-weight: 600;
      }
      .bars .name {
        overflow-wrap: anywhere;
      }
      .name::first-letter,
      .what::first-letter {
        text-transform: uppercase;
      }
      svg {
        display: block;
        width: 100%;
        height: 1.1rem;
      }
      .track {
        fill: var(--sunken);
      }
      .bar {
        fill: var(--accent);
      }
      .bar.good {
        fill: var(--good);
      }
      .length {
        font-variant-numeric: tabular-nums;
      }
      ol,
      ul {
        list-style: none;
        padding: 0;
      }
      li {
        padding: 0.45rem 0;
        break-inside: avoid;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .line {
        display: grid;
        grid-template-columns: 5.5rem 4rem minmax(0, 1fr);
        gap: 0 0.9rem;
      }
      .line time,
      .after {
        color: var(--muted);
        font-variant-numeric: tabular-nums;
      }
      .refused,
      .failure {
        color: var(--danger);
      }
      .noted {
        white-space: pre-wrap;
      }
      @media (max-width: 40rem) {
        .bars {
          grid-template-columns: minmax(0, 1fr) max-content;
        }
        .bars svg {
          grid-column: 1 / -1;
          grid-row: auto;
        }
        .line {
          grid-template-columns: max-content minmax(0, 1fr);
        }
        .line .body {
          grid-column: 1 / -1;
        }
      }
      @media print {
        .unprinted {
          display: none;
        }
        section {
          border: 0;
          box-shadow: none;
          padding: 0;
          break-inside: auto;
        }
        .bar,
        .track {
          print-color-adjust: exact;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.story = NO_STORY;
  }

  render() {
    const { session, events, notes, problem } = this.story;
    if (problem) return problemNote(problem);
    if (!session) return html`<p class="muted" role="status">${t("audit.searching")}</p>`;
    const story = storyOf(events, Date.now());
    return html`<header>
        <h1>${session.ticket_id}</h1>
        <div class="row unprinted">
          <a class="button" href=${auditHash({ session: session.session_id })}>${icon("search")}${t("story.records")}</a>
          <button @click=${() => print()}>${icon("file-down")}${t("story.print")}</button>
        </div>
      </header>
      <section class="card"><dl>${facts(session, story).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>
      ${story ? this.#bars(story) : nothing} ${story ? files(story.files) : nothing}
      ${notes.length === 0
        ? nothing
        : html`<section class="card"><h2>${t("story.notes")}</h2><ul>
            ${notes.map((note) => html`<li><p class="muted small">${note.author_name} · ${formatMoment(note.written_at)}</p><p class="noted">${note.text}</p></li>`)}
          </ul></section>`}
      ${this.#readers()}
      <section class="card"><h2>${t("story.everything")}</h2><ol>
        ${events.map((event, number) => line(event, events[number - 1]))}
      </ol></section>`;
  }

  /** @param {Story} story */
  #bars(story) {
    const ways = story.connections.map((span) => ({ ...span, name: span.note ? t(`way_short.${span.note}`) : t("story.way_unknown") }));
    return html`<section class="card" aria-label=${t("story.bars")}>
      <h2>${t("story.bars")}</h2>
      <p class="muted small">${formatMoment(new Date(story.from).toISOString())} – ${formatTime(new Date(story.to).toISOString(), "medium")}</p>
      <div class="bars">
        ${group(t("story.phases"), story.phases, story, (name) => t(`phase.${name}`))}
        ${group(t("story.rights"), story.rights, story, (name) => capabilityText(/** @type {any} */ (name)))}
        ${group(t("story.connection"), ways, story, (name) => name, "good")}
        ${group(t("story.people"), story.people, story, (name) => name)}
      </div>
      ${story.failures.length > 0 ? html`<p class="failure">${t("story.failures", { count: story.failures.length })}</p>` : nothing}
    </section>`;
  }

  #readers() {
    const { readers } = this.story;
    if (readers.length === 0) return nothing;
    return html`<section class="card"><h2>${t("story.readers")}</h2><ul>
      ${readers.map((one) => html`<li>${actorText(one)} · ${actionText(one.action)} · ${formatMoment(one.recorded_at)}</li>`)}
    </ul></section>`;
  }
}

/** @param {import("../protocol.js").SessionView} session @param {Story | null} story @returns {[string, string][]} */
function facts(session, story) {
  return [
    [t("summary.technician"), session.technician_name],
    [t("summary.machine"), session.machine ?? "–"],
    [t("story.state"), stateText(session)],
    [t("summary.created"), formatMoment(session.created_at)],
    [t("summary.ended"), session.ended_at ? formatMoment(session.ended_at) : "–"],
    [t("summary.connected"), story ? formatClock(total(story.connections)) : "–"],
    [t("audit.session"), session.session_id],
  ];
}

/**
 * A bar for each name: the parts of the session in which it held.
 * @param {string} title @param {Span[]} spans @param {Story} story @param {(name: string) => string} words @param {string} [look]
 */
function group(title, spans, story, words, look = "") {
  if (spans.length === 0) return nothing;
  return html`<h3>${title}</h3>
    ${[...byName(spans)].map(([name, its]) => {
      const length = formatClock(total(its));
      return html`<span class="name">${words(name)}${its[0]?.note === "guest" ? ` (${t("story.guest")})` : ""}</span>
        <svg role="img" aria-label=${`${words(name)}: ${length}`} preserveAspectRatio="none">
          <rect class="track" width="100%" height="100%" rx="3"></rect>
          ${its.map((span) => bar(span, story, look))}
        </svg>
        <span class="length small">${length}</span>`;
    })}`;
}

/** @param {Span} span @param {Story} story @param {string} look */
function bar(span, story, look) {
  const whole = story.to - story.from;
  const left = (100 * (span.from - story.from)) / whole;
  const width = Math.max(0.4, (100 * (Math.min(span.to, story.to) - span.from)) / whole);
  return svg`<rect class="bar ${look}" x="${left}%" width="${width}%" height="100%" rx="3"></rect>`;
}

/** @param {AuditEventView[]} files */
function files(files) {
  if (files.length === 0) return nothing;
  return html`<section class="card"><h2>${t("story.files")}</h2><ul>
    ${files.map(({ details }) => html`<li>
      <p>${details.file_name ?? t("audit.erased")} · ${formatBytes(Number(details.bytes ?? 0))} · ${t(`direction.${details.direction}`)} · ${t(`file_result.${details.file_result}`)}</p>
      ${details.sha256 ? html`<p class="muted small">SHA-256 ${details.sha256}</p>` : nothing}
    </li>`)}
  </ul></section>`;
}

/** @param {AuditEventView} event @param {AuditEventView | undefined} before */
function line(event, before) {
  const after = before ? `+${formatClock(Date.parse(event.recorded_at) - Date.parse(before.recorded_at))}` : "";
  const outcome = event.outcome === "success" ? "" : ` (${t(`outcome.${event.outcome}`)})`;
  return html`<li class="line">
    <time datetime=${event.recorded_at}>${formatTime(event.recorded_at, "medium")}</time>
    <span class="after small" title=${t("story.after")}>${after}</span>
    <div class="body">
      <p class="what ${event.outcome}">${actionText(event.action)}${outcome}</p>
      <p class="muted small">${[actorText(event), event.source_address, ...detailLines(event.details)].filter(Boolean).join(" · ")}</p>
    </div>
  </li>`;
}

customElements.define("hr-story", StoryView);
