// The page of whoever is not in a session: at its door, invited, before one that waits for anybody, or gone.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { offerTo, ownRefusal } from "../company.js";
import { t } from "../i18n.js";
import { NO_TEAM } from "../team_desk.js";
import { View } from "./base.js";
import { doubtText, entryText, icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";

export class OutsideView extends View {
  static properties = { live: { attribute: false }, where: {}, team: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        gap: 0.7rem;
        justify-items: start;
        max-width: 36rem;
      }
      h2 {
        font-size: 1.15rem;
        overflow-wrap: anywhere;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
    /** @type {Exclude<ReturnType<typeof import("../company.js").standing>, "in">} */
    this.where = "out";
    this.team = NO_TEAM;
  }

  render() {
    const session = this.live?.session;
    if (!session) return nothing;
    return html`${problemNote(this.team.problem)} ${this.#what(session)}`;
  }

  /** @param {import("../protocol.js").SessionView} session */
  #what(session) {
    switch (this.where) {
      case "asking":
        return this.#words(t("door.waiting_title"), t("door.waiting"), this.#button("people.leave", "team.leave", {}));
      case "offered":
        return this.#offer(session);
      case "queue":
        return this.#queue(session);
      case "over":
        return this.#over(session);
      default:
        return this.#words(
          t(this.live?.peer.everConnected ? "outside.gone" : "outside.out"),
          this.live?.entry ? entryText(this.live.entry) : t("outside.in_charge", { name: session.technician_name }),
          this.#list(),
        );
    }
  }

  /** A session that waits for anybody; whom the end user has just declined is told so first. @param {import("../protocol.js").SessionView} session */
  #queue(session) {
    const buttons = html`${this.#enter(session, "queue")} ${this.#list()}`;
    const declined = this.live ? ownRefusal(this.live) : null;
    if (!declined) return this.#words(t("outside.queue"), t("outside.asked"), buttons);
    return this.#words(t(`outside.${declined}`), t("outside.declined_now"), buttons);
  }

  /** @param {import("../protocol.js").SessionView} session */
  #over({ end_reason }) {
    const doubt = this.live ? doubtText(this.live) : "";
    return html`${doubt ? html`<p class="note bad">${icon("circle-alert")}<span>${doubt}</span></p>` : nothing}
    ${this.#words(t("summary.title"), t("outside.over", { reason: t(`ended.${end_reason ?? "technician_ended"}`) }), this.#list())}`;
  }

  #list() {
    return html`<a class="button" href="#/">${t("outside.list")}</a>`;
  }

  /** @param {import("../protocol.js").SessionView} session */
  #offer(session) {
    const { purpose, by } = offerTo(session, this.live?.accountId ?? "") ?? { purpose: /** @type {const} */ ("guest"), by: null };
    const title = t(purpose === "guest" ? "door.by_guest" : "door.by_hand_over", { name: by ?? session.technician_name });
    return this.#words(title, t("outside.asked"), html`${this.#enter(session, purpose)} ${this.#button("door.decline", "team.leave", {})}`);
  }

  /** @param {string} title @param {string} text @param {unknown} buttons */
  #words(title, text, buttons) {
    return html`<h2>${title}</h2>
      <p class="muted">${text}</p>
      <p class="buttons">${buttons}</p>`;
  }

  /** @param {import("../protocol.js").SessionView} session @param {import("../protocol.js").EntryPurpose} purpose */
  #enter(session, purpose) {
    const detail = { sessionId: session.session_id, purpose };
    return this.#button(purpose === "guest" ? "door.join" : "door.take", "team.enter", detail, "primary");
  }

  /** @param {string} key @param {string} intent @param {object} detail @param {string} [look] */
  #button(key, intent, detail, look = "") {
    return html`<button class=${look} ?disabled=${this.team.busy} @click=${() => this.want(intent, detail)}>${t(key)}</button>`;
  }
}

customElements.define("hr-outside", OutsideView);
