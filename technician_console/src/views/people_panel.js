// Who takes part in the session, who has control, and the way to ask others in or hand over; below
// it the notes, which only technicians see, and what was done so far.
import { css, html, nothing, repeat } from "../../../static/vendor/lit.js";
import { isInCharge, people, standing } from "../company.js";
import { formatClock, formatMoment, t } from "../i18n.js";
import { COLOURS, MAX_NOTE_LENGTH } from "../protocol.js";
import { NO_TEAM } from "../team_desk.js";
import { View } from "./base.js";
import { capabilityText, icon, problemNote } from "./parts.js";
import { shared } from "./styles.js";

export class PeoplePanel extends View {
  static properties = { live: { attribute: false }, team: { attribute: false }, stamp: { attribute: false } };
  static styles = [
    ...shared,
    css`
      :host {
        display: grid;
        gap: 1.1rem;
        align-content: start;
        height: 100%;
        overflow: auto;
        padding: 0.9rem 1rem 1.2rem;
      }
      section {
        display: grid;
        gap: 0.6rem;
      }
      h2 {
        font-size: 1rem;
      }
      form {
        display: grid;
        gap: 0.6rem;
      }
      ul {
        list-style: none;
        display: grid;
        gap: 0.5rem;
      }
      li.person {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.1rem 0.6rem;
        align-items: baseline;
      }
      .dot {
        width: 0.75rem;
        height: 0.75rem;
        border-radius: 50%;
        border: 2px solid var(--line-strong);
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .part,
      .buttons {
        grid-column: 2;
      }
      .buttons,
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
      }
      .buttons:empty {
        display: none;
      }
      .note-text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .written {
        padding: 0.55rem 0.7rem;
        border: 1px solid var(--line);
        border-radius: 0.5rem;
        background: var(--sunken);
      }
      textarea {
        width: 100%;
        min-height: 4.2rem;
        resize: vertical;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.2rem 0.8rem;
        font-size: 0.9rem;
      }
      dd {
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Whether the field for notes is to be emptied once its text is kept. */
  #isSending = false;

  constructor() {
    super();
    /** @type {import("../session.js").LiveState | null} */
    this.live = null;
    this.team = NO_TEAM;
    /** Another one whenever something happened. @type {unknown} */
    this.stamp = null;
  }

  connectedCallback() {
    super.connectedCallback();
    for (const what of ["team.colleagues", "team.notes", "team.summary"]) this.want(what);
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("stamp") && changed.get("stamp")) this.want("team.summary");
    const before = /** @type {import("../session.js").LiveState | null | undefined} */ (changed.get("live"));
    if (before && before.notesChanged !== this.live?.notesChanged) this.want("team.notes");
    if (!this.#isSending || this.team.busy) return;
    this.#isSending = false;
    if (!this.team.problem) this.find("#note").value = "";
  }

  render() {
    const live = this.live;
    if (!live?.session) return nothing;
    const over = live.session.state === "ended";
    return html`${problemNote(this.team.problem)} ${over ? nothing : this.#people(live)} ${this.#notes()} ${this.#summary()}`;
  }

  /** @param {import("../session.js").LiveState} live */
  #people(live) {
    const agreed = live.session?.state === "consented" || live.session?.state === "connected";
    const leads = isInCharge(live);
    if (people(live).length === 0) return nothing;
    return html`<section aria-labelledby="people">
      <h2 id="people">${t("people.title")}</h2>
      <ul role="list">
        ${repeat(people(live), (one) => `${one.id} ${one.part}`, (one) => this.#person(live, one))}
      </ul>
      ${leads && agreed ? this.#askIn(live) : nothing}
      ${leads || standing(live) !== "in" ? nothing : html`<p class="row"><button @click=${() => this.want("team.leave")}>${icon("log-out")}${t("people.leave")}</button></p>`}
    </section>`;
  }

  /** @param {import("../session.js").LiveState} live @param {import("../company.js").Person} one */
  #person(live, one) {
    const you = one.id === live.accountId;
    const colour = one.colour === null ? nothing : `background: ${COLOURS[one.colour]}; border-color: ${COLOURS[one.colour]}`;
    const words = [one.part, ...(one.next && one.part !== "next" ? ["next"] : []), ...(one.hands ? ["hands"] : [])];
    return html`<li class="person">
      <span class="dot" .style=${colour} aria-hidden="true"></span>
      <span class="name">${you ? t("people.you", { name: one.name }) : one.name}</span>
      <span class="part muted small">${words.map((word) => t(`people.${word}`)).join(" · ")}</span>
      <span class="buttons">${this.#buttons(live, one)}</span>
    </li>`;
  }

  /** @param {import("../session.js").LiveState} live @param {import("../company.js").Person} one */
  #buttons(live, one) {
    const linked = live.company !== null;
    const me = live.accountId;
    if (!isInCharge(live)) {
      const mine = one.part === "in_charge" && live.company?.controller === me;
      return mine ? this.#button("people.give_back", "team.pass", one) : nothing;
    }
    if (one.part === "in_charge") return linked && !one.hands ? this.#button("people.take_back", "team.pass", one) : nothing;
    if (one.part !== "looks") return this.#button("people.withdraw", "team.withdraw", one);
    const give = linked && one.colour !== null && one.mayControl && !one.hands ? this.#button("people.give_control", "team.pass", one) : nothing;
    return html`${give}${this.#button(one.next ? "people.withdraw" : "people.remove", "team.withdraw", one)}`;
  }

  /** @param {string} key @param {string} intent @param {import("../company.js").Person} one */
  #button(key, intent, one) {
    const label = `${t(key)}: ${one.name}`;
    return html`<button class="compact" aria-label=${label} ?disabled=${this.team.busy} @click=${() => this.want(intent, { accountId: one.id })}>
      ${t(key)}
    </button>`;
  }

  /** @param {import("../session.js").LiveState} live */
  #askIn(live) {
    const here = new Set(people(live).filter(({ part }) => part !== "looks").map(({ id }) => id));
    const looks = new Set(people(live).filter(({ part }) => part === "looks").map(({ id }) => id));
    const colleagues = this.team.colleagues.filter(({ account_id: id }) => !here.has(id));
    const others = [...colleagues.filter(({ account_id: id }) => !looks.has(id)), ...colleagues.filter(({ account_id: id }) => looks.has(id))];
    if (others.length === 0) return html`<p class="muted small">${t("people.nobody")}</p>${this.#putBack()}`;
    return html`<form @submit=${this.#invite}>
        <div class="field">
          <label for="colleague">${t("people.colleague")}</label>
          <select id="colleague" required>
            ${others.map((one) => html`<option value=${one.account_id}>${looks.has(one.account_id) ? t("people.here", { name: one.name }) : one.name}</option>`)}
          </select>
        </div>
        <p class="row">
          <button type="submit" ?disabled=${this.team.busy}>${icon("user")}${t("people.invite")}</button>
          <button type="button" ?disabled=${this.team.busy} @click=${this.#handOver}>${icon("send")}${t("people.hand_over")}</button>
        </p>
        <p class="muted small">${t("people.asked")}</p>
      </form>
      ${this.#putBack()}`;
  }

  #putBack() {
    return html`<p class="row">
      <button type="button" ?disabled=${this.team.busy} @click=${() => this.want("team.put-back")}>${t("people.put_back")}</button>
    </p>`;
  }

  /** @param {Event} event */
  #invite(event) {
    event.preventDefault();
    this.want("team.invite", { accountId: this.find("#colleague").value });
  }

  /** What stands in the field for notes goes with it. */
  #handOver() {
    const note = this.find("#note").value.trim();
    this.#isSending = note !== "";
    this.want("team.hand-over", { accountId: this.find("#colleague").value, note });
  }

  #notes() {
    return html`<section aria-labelledby="notes">
      <h2 id="notes">${t("notes.title")}</h2>
      <p class="muted small">${t("notes.private")}</p>
      <ul role="list">
        ${repeat(this.team.notes, (note) => note.note_id, noteRow)}
      </ul>
      <form @submit=${this.#addNote}>
        <div class="field">
          <label for="note">${t("notes.new")}</label>
          <textarea id="note" maxlength=${MAX_NOTE_LENGTH}></textarea>
        </div>
        <p class="row"><button type="submit" ?disabled=${this.team.busy}>${icon("save")}${t("notes.add")}</button></p>
      </form>
    </section>`;
  }

  /** @param {Event} event */
  #addNote(event) {
    event.preventDefault();
    const text = this.find("#note").value.trim();
    this.#isSending = text !== "";
    if (text) this.want("team.note", { text });
  }

  #summary() {
    const done = this.team.summary;
    if (!done || (this.live && standing(this.live) === "asking")) return nothing;
    const files = done.files.map((file) => `${file.name} (${t(`direction.${file.direction}`)})`);
    return html`<section aria-labelledby="summary">
      <h2 id="summary">${t("summary.done")}</h2>
      <dl>
        <dt class="muted">${t("summary.technicians")}</dt>
        <dd>${done.technicians.join(", ")}</dd>
        <dt class="muted">${t("summary.rights")}</dt>
        <dd>${done.rights.map(capabilityText).join(", ") || "–"}</dd>
        <dt class="muted">${t("summary.time")}</dt>
        <dd>${formatClock(done.connected_s * 1000)}</dd>
        <dt class="muted">${t("summary.files")}</dt>
        <dd>${files.join(", ") || "–"}</dd>
        <dt class="muted">${t("summary.clipboard")}</dt>
        <dd>${done.clipboard_texts}</dd>
      </dl>
    </section>`;
  }
}

/** @param {import("../protocol.js").NoteView} note */
const noteRow = (note) => html`<li class="written">
  <p class="muted small">${note.author_name} · ${formatMoment(note.written_at)}</p>
  <p class="note-text">${note.text}</p>
</li>`;

customElements.define("hr-people-panel", PeoplePanel);
