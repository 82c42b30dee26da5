// The form of a group: its name, and what its sessions may do at most.
import { html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { ALLOWABLE, fieldsOf, policyOf } from "../policy.js";
import { adminStyles } from "./admin_styles.js";
import { View } from "./base.js";
import { problemNote } from "./parts.js";

/** @typedef {import("../protocol.js").Capability} Capability */

/** The numbers, and between what they may be. */
const NUMBERS = /** @type {const} */ ([
  ["consentS", 15, 60],
  ["sessionMin", 1, 10_080],
  ["fileMb", 0.001, 9_000_000_000],
  ["files", 1, 10_000],
]);

export class GroupForm extends View {
  static properties = { group: { attribute: false }, problem: {}, busy: { type: Boolean }, fields: { state: true }, unnamed: { state: true } };
  static styles = adminStyles;

  constructor() {
    super();
    /** @type {import("../protocol.js").GroupView | null} */
    this.group = null;
    /** @type {import("../api.js").FaultCode | null} */
    this.problem = null;
    this.busy = false;
    this.fields = fieldsOf(undefined);
    this.unnamed = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.fields = fieldsOf(this.group?.policy);
  }

  firstUpdated() {
    this.find("#name").focus();
  }

  render() {
    return html`<form @submit=${this.#submit}>
      <div class="field">
        <label for="name">${t("field.name")}</label>
        <input
          id="name"
          autocomplete="off"
          maxlength="80"
          .value=${this.group?.name ?? ""}
          aria-invalid=${this.unnamed}
          aria-describedby="name-hint"
        />
        <p id="name-hint" class=${this.unnamed ? "fault" : "hint"} aria-live="polite">${t(this.unnamed ? "groups.name_missing" : "groups.name_hint")}</p>
      </div>
      <fieldset>
        <legend>${t("policy.rights")}</legend>
        ${ALLOWABLE.map((each) => this.#right(each))}
      </fieldset>
      <p class="hint">${t("policy.empty_hint")}</p>
      <div class="pair">${NUMBERS.map(([name, least, most]) => this.#number(name, least, most))}</div>
      <fieldset>
        <legend>${t("policy.more")}</legend>
        ${this.#switch("relay")} ${this.#switch("transcript")}
      </fieldset>
      <p class="hint">${t("policy.strictest")}</p>
      ${problemNote(this.problem === "conflict" ? "group_conflict" : this.problem)}
      <div class="actions">
        <button type="button" @click=${() => this.want("admin.leave")}>${t("action.cancel")}</button>
        <button class="primary" type="submit" ?disabled=${this.busy}>${t("groups.save")}</button>
      </div>
    </form>`;
  }

  /** Control needs the picture. @param {Capability} capability */
  #right(capability) {
    const on = this.fields.capabilities.includes(capability);
    const implied = capability === "view" && this.fields.capabilities.includes("control");
    return html`<label class="choice">
      <input type="checkbox" id="right-${capability.replace(".", "-")}" .checked=${on || implied} ?disabled=${implied} @change=${() => this.#toggle(capability, on)} />
      <span>${t(`capability.${capability}`)}</span>
    </label>`;
  }

  /** @param {typeof NUMBERS[number][0]} name @param {number} least @param {number} most */
  #number(name, least, most) {
    return html`<div class="field">
      <label for=${name}>${t(`policy_field.${name}`)}</label>
      <input
        id=${name}
        type="number"
        inputmode="decimal"
        min=${least}
        max=${most}
        step=${name === "fileMb" ? "any" : 1}
        placeholder=${t("policy.no_own_limit")}
        .value=${this.fields[name]}
        @input=${(/** @type {InputEvent} */ event) => (this.fields = { ...this.fields, [name]: /** @type {HTMLInputElement} */ (event.target).value })}
      />
    </div>`;
  }

  /** @param {"relay" | "transcript"} name */
  #switch(name) {
    return html`<label class="choice">
      <input id=${name} type="checkbox" .checked=${this.fields[name]} @change=${() => (this.fields = { ...this.fields, [name]: !this.fields[name] })} />
      <span>${t(`policy_field.${name}`)}<span class="hint">${t(`policy_hint.${name}`)}</span></span>
    </label>`;
  }

  /** @param {Capability} capability @param {boolean} on */
  #toggle(capability, on) {
    const others = this.fields.capabilities.filter((each) => each !== capability);
    const needed = capability === "control" && !on ? ["view"] : [];
    const capabilities = /** @type {Capability[]} */ (on ? others : [...new Set([...others, capability, ...needed])]);
    this.fields = { ...this.fields, capabilities };
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const name = this.find("#name").value.trim();
    this.unnamed = name === "";
    if (this.unnamed) return this.find("#name").focus();
    const group = { name, policy: policyOf(this.fields) };
    const { group: before } = this;
    this.want("admin.group.save", before ? { id: before.group_id, group: { ...group, version: before.version } } : { id: null, group });
  }
}

customElements.define("hr-group-form", GroupForm);
