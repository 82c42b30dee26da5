// The live sessions of others that one may come into: invitations, hand-overs, the queue, the team's.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { offerTo } from "../company.js";
import { formatMoment, t } from "../i18n.js";
import { sessionHash } from "../router.js";
import { NO_TEAM } from "../team_desk.js";
import { View } from "./base.js";
import { problemNote } from "./parts.js";
import { shared } from "./styles.js";

export class DoorView extends View {
  static properties = { team: { attribute: false }, accountId: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        gap: 1rem;
      }
      :host > section {
        margin-bottom: 1rem;
      }
      h2 {
        font-size: 1.05rem;
        margin-bottom: 0.5rem;
      }
      ul {
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        padding: 0.7rem 1.1rem;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .what {
        flex: 1 1 16rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .ticket {
        font-weight: 600;
      }
    `,
  ];

  constructor() {
    super();
    this.team = NO_TEAM;
    /** @type {string} */
    this.accountId = "";
  }

  render() {
    const { door, problem } = this.team;
    if (!door) return problemNote(problem);
    return html`${problemNote(problem)}
      ${this.#section("door.offered", door.offered, (session) => this.#offer(session))}
      ${this.#section("door.joined", door.joined, (session) => html`<a class="button" href=${sessionHash(session.session_id)}>${t("door.open")}</a>`)}
      ${this.#section("door.queue", door.queue, (session) => this.#enter(session, "queue", "door.take"))}
      ${this.#section("door.team", door.team, (session) => this.#ofTeam(session))}`;
  }

  /**
   * @param {string} title
   * @param {import("../protocol.js").SessionView[]} sessions
   * @param {(session: import("../protocol.js").SessionView) => unknown} buttons
   */
  #section(title, sessions, buttons) {
    if (sessions.length === 0) return nothing;
    return html`<section aria-label=${t(title)}>
      <h2>${t(title)}</h2>
      <ul class="card" role="list">
        ${repeat(
          sessions,
          (session) => session.session_id,
          (session) => html`<li>
            <p class="what">
              <span class="ticket">${session.ticket_id}</span>
              <span class="muted"> · ${session.machine ?? "–"} · ${this.#words(session)}</span>
            </p>
            ${buttons(session)}
          </li>`,
        )}
      </ul>
    </section>`;
  }

  /** @param {import("../protocol.js").SessionView} session */
  #words(session) {
    const offer = offerTo(session, this.accountId);
    const name = offer?.by ?? session.technician_name;
    if (offer) return offer.purpose === "guest" ? t("door.by_guest", { name }) : t("door.by_hand_over", { name });
    if (session.queued_since) return t("door.since", { time: formatMoment(session.queued_since) });
    return session.technician_name;
  }

  /** @param {import("../protocol.js").SessionView} session */
  #offer(session) {
    const purpose = offerTo(session, this.accountId)?.purpose ?? "guest";
    return html`${this.#enter(session, purpose, purpose === "guest" ? "door.join" : "door.take")}
      <button ?disabled=${this.team.busy} @click=${() => this.want("team.decline", { sessionId: session.session_id })}>${t("door.decline")}</button>`;
  }

  /** A lead looks, or takes the session over; the end user is asked either way. @param {import("../protocol.js").SessionView} session */
  #ofTeam(session) {
    return html`${this.#enter(session, "lead", "door.join")} ${this.#enter(session, "take_over", "door.take", "")}`;
  }

  /** @param {import("../protocol.js").SessionView} session @param {string} purpose @param {string} key @param {string} [look] */
  #enter(session, purpose, key, look = "primary") {
    const label = `${t(key)}: ${session.ticket_id}`;
    return html`<button
      class=${look}
      aria-label=${label}
      ?disabled=${this.team.busy}
      @click=${() => this.want("team.enter", { sessionId: session.session_id, purpose })}
    >
      ${t(key)}
    </button>`;
  }
}

customElements.define("hr-door", DoorView);
