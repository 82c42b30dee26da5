// What the technician of a session has to know or to decide now: one note below the other, each with what
// can be done about it.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { isAtTheDoor, offerTo, standing } from "../company.js";
import { t } from "../i18n.js";
import { unrecoveredKey } from "../status.js";
import { View } from "./base.js";
import { connectionTrouble } from "./connection_note.js";
import { entryText, icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";

export class SessionNotes extends View {
  static properties = { live: { attribute: false }, form: { attribute: false }, teamProblem: { attribute: false } };
  static styles = [
    ...shared,
    css`
      .notes {
        display: grid;
        gap: 0.6rem;
        padding: 0.7rem clamp(0.8rem, 2.5vw, 1.6rem) 0;
      }
      .notes .note > span:not(.icon) {
        flex: 1;
      }
      .notes .note > button {
        flex-shrink: 0;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
    /** @type {import("../app.js").AppState["form"]} */
    this.form = { busy: false, problem: null };
    /** Why an answer to an offer failed, unless it is shown elsewhere. @type {string | null} */
    this.teamProblem = null;
  }

  render() {
    const notes = this.live ? this.#notes(this.live) : [];
    return html`<div aria-live="polite">${notes.length > 0 ? html`<div class="notes">${notes}</div>` : nothing}</div>`;
  }

  /** @param {import("../session.js").LiveState} live */
  #notes(live) {
    const { session, peer } = live;
    const notes = [];
    if (live.fault === "replaced") {
      notes.push(this.#note("monitor", t("note.replaced"), t("note.use_here"), "session.take-over"));
    } else if (live.fault && standing(live) === "in") notes.push(problemNote(live.fault));
    if (live.unrecorded && session?.state !== "ended") notes.push(this.#note("triangle-alert", t("note.unrecorded")));
    if (peer.phase === "unrecovered") {
      notes.push(this.#note("triangle-alert", t(`note.${unrecoveredKey(live)}`), t("note.try_again"), "session.retry"));
    } else if (live.link === "retrying") {
      notes.push(this.#note("wifi-off", t(`note.${awayKey(peer)}`)));
    }
    if (peer.phase === "failed") {
      const reason = t(`peer_failure.${peer.failure ?? "ice_failed"}`);
      notes.push(this.#note("triangle-alert", reason, t("note.try_again"), "session.retry"));
    }
    notes.push(...connectionTrouble(live));
    if (session && session.state !== "ended" && standing(live) === "in") notes.push(...this.#onTheWay(live, session));
    const formShowsItself = session?.state === "waiting" || session?.state === "ended";
    if (this.form.problem && !formShowsItself) notes.push(problemNote(this.form.problem));
    return notes;
  }

  /**
   * Who does not come in, or what is offered to a guest, who looks meanwhile, and what became of their answer.
   * @param {import("../session.js").LiveState} live
   * @param {import("../protocol.js").SessionView} session
   */
  #onTheWay(live, session) {
    const offer = live.accountId ? offerTo(session, live.accountId) : null;
    if (live.entry) return [this.#note("user", entryText(live.entry), t("note.close"), "entry.close")];
    if (offer) return [this.#offer(offer, session.session_id), problemNote(this.teamProblem)];
    return isAtTheDoor(live) ? [html`<p class="note">${icon("user")}<span>${t("door.waiting_title")}</span></p>`] : [];
  }

  /** @param {import("../protocol.js").EntryView} offer @param {string} sessionId */
  #offer({ purpose, by }, sessionId) {
    const name = by ?? "";
    return html`<div class="note">
      ${icon("user")}<span>${purpose === "guest" ? t("door.by_guest", { name }) : t("door.by_hand_over", { name })}</span>
      <button class="compact" @click=${() => this.want("team.enter", { sessionId, purpose })}>${t(purpose === "guest" ? "door.join" : "door.take")}</button>
      <button class="compact" @click=${() => this.want("team.decline", { sessionId })}>${t("door.decline")}</button>
    </div>`;
  }

  /** @param {string} symbol @param {string} text @param {string} [action] @param {string} [intent] */
  #note(symbol, text, action = "", intent = "") {
    return html`<div class="note warn">
      ${icon(symbol)}<span>${text}</span>
      ${action ? html`<button class="compact" @click=${() => this.want(intent)}>${action}</button>` : nothing}
    </div>`;
  }
}

/** What is out of reach with the broker. @param {import("../session.js").LiveState["peer"]} peer */
function awayKey({ phase, everConnected }) {
  if (phase === "connected") return "broker_away";
  return everConnected ? "all_away" : "broker_alone";
}

customElements.define("hr-session-notes", SessionNotes);
