// The state of the system for admins: what was seen, what to do about it, and the limits in force.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { formatBytes, formatMoment, formatNumber, formatTime, hasText, t } from "../i18n.js";
import { NO_SYSTEM } from "../system_desk.js";
import { adminStyles } from "./admin_styles.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";

/** @typedef {import("../protocol.js").SystemFinding} SystemFinding */
/** @typedef {import("../protocol.js").SystemLimit} SystemLimit */

const ICONS = { ok: "check", warning: "triangle-alert", critical: "circle-alert" };
const WORST_FIRST = ["critical", "warning", "ok"];

export class SystemView extends View {
  static properties = { system: { attribute: false } };
  static styles = [
    ...adminStyles,
    css`
      .all {
        margin-bottom: 1.1rem;
      }
      .note.good {
        background: var(--good-wash);
        color: var(--good);
      }
      h2 {
        margin: 1.6rem 0 0.5rem;
      }
      .list > li {
        display: grid;
        grid-template-columns: 1.3rem minmax(0, 13rem) minmax(0, 1fr);
        align-items: start;
      }
      .list .icon {
        margin-top: 0.2em;
      }
      .ok .icon {
        color: var(--good);
      }
      .warning .icon {
        color: var(--warn);
      }
      .critical .icon {
        color: var(--danger);
      }
      .name,
      .which {
        overflow-wrap: anywhere;
      }
      .which {
        font-weight: 400;
      }
      .do {
        margin-top: 0.25rem;
        padding-left: 0.7rem;
        border-left: 3px solid var(--line);
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
        gap: 0.9rem 1.4rem;
        padding: 1rem 1.1rem;
      }
      dt {
        color: var(--muted);
        font-size: 0.9rem;
      }
      dd {
        font-weight: 570;
      }
      @media (max-width: 40rem) {
        .list > li {
          grid-template-columns: 1.3rem minmax(0, 1fr);
        }
        .what {
          grid-column: 2;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.system = NO_SYSTEM;
  }

  render() {
    const { state, busy, problem } = this.system;
    return html`<header>
        <h1 id="title" tabindex="-1">${t("nav.system")}</h1>
        <button type="button" ?disabled=${busy} @click=${() => this.want("system.look")}>${icon("refresh-cw")}${t("system.look_again")}</button>
      </header>
      <p class="about muted">${t("system.about")}</p>
      ${problemNote(problem)}
      <div role="status">${state ? this.#all(state) : busy ? t("system.looking") : nothing}</div>
      ${state ? this.#found(state) : nothing}`;
  }

  /** @param {import("../protocol.js").SystemState} state */
  #all({ severity, looked_at: at }) {
    const look = { ok: "good", warning: "warn", critical: "bad" }[severity];
    const words = severity === "ok" ? t("system.all_ok") : t(`system.some_${severity}`);
    return html`<p class="note all ${look}">${icon(ICONS[severity])}<span>${words} ${t("system.looked_at", { time: formatTime(at) })}</span></p>`;
  }

  /** @param {import("../protocol.js").SystemState} state */
  #found({ findings, limits }) {
    const sorted = WORST_FIRST.flatMap((severity) => findings.filter((one) => one.severity === severity));
    return html`<h2 id="findings">${t("system.findings")}</h2>
      <ul class="card list" aria-labelledby="findings">
        ${sorted.map((one) => this.#finding(one))}
      </ul>
      <h2>${t("system.limits")}</h2>
      <p class="about muted">${t("system.limits_about")}</p>
      <dl class="card">
        ${limits.map((one) => html`<div><dt>${t(`system.limit.${one.name.replace(".", "_")}`)}</dt><dd>${limitText(one)}</dd></div>`)}
      </dl>`;
  }

  /** @param {SystemFinding} one */
  #finding({ subject, seen, severity, name, values }) {
    const advice = `system.do.${seen}`;
    return html`<li class=${severity}>
      ${icon(ICONS[severity])}
      <div class="name">
        ${t(`system.subject.${subject}`)} ${severity === "ok" ? html`<span class="visually-hidden">${t("system.severity.ok")}</span>` : html`<span class="badge ${severity === "critical" ? "bad" : ""}">${t(`system.severity.${severity}`)}</span>`}
        ${name ? html`<div class="which small muted">${name}</div>` : nothing}
      </div>
      <div class="what">
        <p>${t(`system.seen.${seen}`, valuesText(values))}</p>
        ${hasText(advice) ? html`<p class="do small">${t(advice)}</p>` : nothing}
      </div>
    </li>`;
  }
}

/** As people read them: sizes, times and numbers. @param {Record<string, string | number>} values */
export function valuesText(values) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (name.endsWith("_bytes")) return [name, formatBytes(Number(value))];
      if (name.endsWith("_at")) return [name, formatMoment(String(value))];
      return [name, value];
    }),
  );
}

/** In the largest unit that it fills; what a setting is measured in is in its name. @param {SystemLimit} limit */
export function limitText({ name, value }) {
  const [unit] = name.split("_").slice(-1);
  if (unit === "days") return value === 0 ? t("system.for_ever") : t("system.days", { count: value });
  if (unit === "s" || unit === "min") return spanText(unit === "s" ? value : value * 60);
  if (unit === "bytes") return value === 0 ? t("system.no_limit") : formatBytes(value);
  return formatNumber(value);
}

/** @param {number} seconds */
function spanText(seconds) {
  if (seconds % 3600 === 0) return t("system.hours", { count: seconds / 3600 });
  if (seconds % 60 === 0) return t("system.minutes", { count: seconds / 60 });
  return t("system.seconds", { count: seconds });
}

customElements.define("hr-system", SystemView);
