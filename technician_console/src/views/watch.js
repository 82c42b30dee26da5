// Live sessions: who helps whom, since when and with which rights; an admin ends one, or all of a person.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { formatMoment, formatNumber, t } from "../i18n.js";
import { storyHash } from "../router.js";
import { NO_WATCH } from "../watch_desk.js";
import { readsAll } from "../roles.js";
import { adminStyles } from "./admin_styles.js";
import { View } from "./base.js";
import { capabilityText, enterSends, icon, problemNote, stateText } from "./parts.js";

/** @typedef {import("../protocol.js").LiveSession} LiveSession */
/** @typedef {import("../watch_desk.js").Ending} Ending */

const AGAIN_MS = 2_000;
const MOST_REASON = 200;

export class WatchView extends View {
  static properties = { watch: { attribute: false }, account: { attribute: false }, unsaid: { state: true } };
  static styles = [
    ...adminStyles,
    css`
      :host {
        max-width: 82rem;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 0.7rem 0.9rem;
        text-align: left;
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      thead th {
        color: var(--muted);
        font-size: 0.875rem;
        font-weight: 570;
        overflow-wrap: normal;
      }
      tbody td {
        min-width: 5.5rem;
      }
      tbody tr {
        border-top: 1px solid var(--line);
      }
      tbody th {
        min-width: 7rem;
        font-weight: 600;
      }
      tbody td.buttons {
        width: 1%;
        min-width: 9.5rem;
      }
      .buttons button {
        white-space: normal;
      }
      .buttons div {
        display: grid;
        gap: 0.4rem;
      }
      [role="status"] {
        margin-bottom: 0.6rem;
      }
      .which {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .ours {
        display: inline-block;
      }
      .ours::first-letter {
        text-transform: uppercase;
      }
      @media (max-width: 62rem) {
        thead {
          ${onlyHeard()}
        }
        table,
        tbody,
        tr,
        th,
        td {
          display: block;
        }
        tbody tr {
          padding: 0.6rem 0;
        }
        tbody tr:first-child {
          border-top: 0;
        }
        tbody :is(th, td) {
          display: grid;
          grid-template-columns: 7.5rem minmax(0, 1fr);
          gap: 0.6rem;
          width: auto;
          padding: 0.22rem 0.9rem;
        }
        tbody :is(th, td)::before {
          content: attr(data-name);
          color: var(--muted);
          font-weight: 500;
        }
        tbody td.buttons {
          display: block;
          width: auto;
          padding-top: 0.6rem;
          white-space: normal;
        }
        tbody td.buttons::before {
          content: none;
        }
        .buttons div {
          display: flex;
          flex-wrap: wrap;
        }
      }
    `,
  ];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #again;

  constructor() {
    super();
    this.watch = NO_WATCH;
    /** @type {import("../protocol.js").AccountView | null} */
    this.account = null;
    this.unsaid = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#again = setInterval(() => {
      if (!document.hidden) this.want("watch.load");
    }, AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#again);
  }

  render() {
    const { sessions, loaded, problem, ending, done } = this.watch;
    const none = loaded && !problem && sessions.length === 0;
    return html`<header><h1 id="title" tabindex="-1">${t("nav.live")}</h1></header>
      <p class="about muted">${t(readsAll(this.account) ? "live.about" : "live.about_lead")}</p>
      <p class="small muted" role="status">${loaded ? t("live.count", { count: sessions.length }) : ""}${done ? html` ${t(`live.done_${done.what}`, done)}` : nothing}</p>
      ${ending ? nothing : problemNote(problem)}
      ${none ? html`<div class="card empty"><h2>${t("live.empty_title")}</h2><p>${t("live.empty")}</p></div>` : nothing}
      ${sessions.length > 0 ? this.#table() : nothing} ${ending ? this.#dialog(ending) : nothing}`;
  }

  get #ends() {
    return this.account?.role === "admin";
  }

  #table() {
    return html`<div class="card">
      <table role="table" aria-labelledby="title">
        <thead role="rowgroup">
          <tr role="row">
            ${COLUMNS.map((name) => html`<th role="columnheader" scope="col">${t(`live.${name}`)}</th>`)}
            ${this.#ends ? html`<th role="columnheader" scope="col"><span class="visually-hidden">${t("live.actions")}</span></th>` : nothing}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${repeat(this.watch.sessions, ({ session }) => session.session_id, (one) => this.#row(one))}
        </tbody>
      </table>
    </div>`;
  }

  /** @param {LiveSession} one */
  #row(one) {
    const { session } = one;
    const ticket = readsAll(this.account)
      ? html`<a href=${storyHash(session.session_id)}>${session.ticket_id}</a>`
      : session.ticket_id;
    return html`<tr role="row">
      <th role="rowheader" scope="row" data-name=${t("live.ticket")}><span>${ticket}</span></th>
      ${cells(one).map(([name, text]) => html`<td role="cell" data-name=${t(`live.${name}`)}><span class=${OURS.has(name) ? "ours" : ""}>${text}</span></td>`)}
      ${this.#ends ? this.#buttons(session) : nothing}
    </tr>`;
  }

  /** @param {import("../protocol.js").SessionView} session */
  #buttons(session) {
    const { session_id: id, technician_id: person, technician_name: name, ticket_id: ticket, queued_since: queued, machine } = session;
    const label = machine ? t("live.end_one_on", { ticket, machine }) : t("live.end_one", { ticket });
    return html`<td role="cell" class="buttons"><div>
      <button class="compact danger" aria-label=${label} @click=${() => this.#ask({ what: "session", id, ticket, name, which: whichText(session) })}>
        ${t("live.end")}
      </button>
      ${queued
        ? nothing
        : html`<button class="compact" aria-label=${t("live.end_all_of", { name })} @click=${() => this.#ask({ what: "person", id: person, ticket, name, which: "" })}>
            ${t("live.end_all")}
          </button>`}
    </div></td>`;
  }

  /** @param {Ending} ending */
  #ask(ending) {
    this.unsaid = false;
    this.want("watch.ask", { ending });
  }

  /** @param {Ending} ending */
  #dialog({ what, ticket, name, which }) {
    const { busy, problem } = this.watch;
    return html`<dialog aria-labelledby="ending" @cancel=${this.#leave}>
      <h2 id="ending">${t(`live.sure_${what}`, { ticket, name })}</h2>
      <form @submit=${this.#submit}>
        ${which ? html`<p class="which">${which}</p>` : nothing}
        <p>${t(`live.what_${what}`, { name })}</p>
        <div class="field">
          <label for="reason">${t("live.reason")}</label>
          <textarea id="reason" rows="2" maxlength=${MOST_REASON} aria-invalid=${this.unsaid} aria-describedby="reason-hint" @keydown=${enterSends}></textarea>
          <p id="reason-hint" class=${this.unsaid ? "fault" : "hint"} aria-live="polite">${t(this.unsaid ? "live.reason_missing" : "live.reason_hint")}</p>
        </div>
        ${problemNote(problem)}
        <div class="actions">
          <button type="button" @click=${this.#leave}>${t("action.cancel")}</button>
          <button class="danger" type="submit" ?disabled=${busy}>${icon("x")}${t(`live.do_${what}`)}</button>
        </div>
      </form>
    </dialog>`;
  }

  #leave = (/** @type {Event} */ event) => {
    event.preventDefault();
    this.want("watch.leave");
  };

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const reason = this.find("#reason").value.replace(/\s+/g, " ").trim();
    this.unsaid = reason === "";
    if (this.unsaid) return this.find("#reason").focus();
    this.want("watch.end", { reason });
  }

  /** @param {Map<string, any>} changed */
  updated(changed) {
    const dialog = this.find("dialog");
    if (dialog && !dialog.open) {
      dialog.showModal();
      this.find("#reason").focus();
    }
    if (changed.get("watch")?.ending && !this.watch.ending) this.find("#title").focus();
  }
}

const COLUMNS = ["ticket", "technician", "end_user", "state", "since", "rights", "way", "quality", "others"];

/** Where the words are ours, and begin with a capital; what others chose is shown as it is. */
const OURS = new Set(["state", "rights", "way"]);

/** What stands in the columns after the ticket. @param {LiveSession} one @returns {[string, string][]} */
export function cells({ session, way, quality }) {
  const others = session.guests.map(({ name, stage }) => (stage === "admitted" ? name : t("live.coming", { name })));
  return [
    ["technician", session.queued_since ? t("live.nobody") : session.technician_name],
    ["end_user", session.machine ?? "–"],
    ["state", session.queued_since ? t("live.queued") : stateText(session)],
    ["since", formatMoment(since(session))],
    ["rights", session.granted.map(capabilityText).join(", ") || "–"],
    ["way", way ? t(`way_short.${way}`) : "–"],
    ["quality", quality ? qualityText(quality) : "–"],
    ["others", others.join(", ") || "–"],
  ];
}

/** @param {import("../protocol.js").SessionView} session */
const since = (session) => session.connected_at ?? session.joined_at ?? session.created_at;

/** Which of several sessions for one ticket it is. @param {import("../protocol.js").SessionView} session */
function whichText(session) {
  const { technician_name: name, machine } = session;
  return t(machine ? "live.which" : "live.which_nobody", { name, machine: machine ?? "", since: formatMoment(since(session)) });
}

/** @param {import("../protocol.js").LineQuality} quality */
function qualityText({ round_trip_ms: count, loss }) {
  const lost = loss === null ? "" : ` · ${t("live.loss", { percent: formatNumber(loss, { style: "percent", maximumFractionDigits: 1 }) })}`;
  return t("live.round_trip", { count }) + lost;
}

/** Heads that screen readers need and a narrow page has no room for. */
function onlyHeard() {
  return css`
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  `;
}

customElements.define("hr-watch", WatchView);
