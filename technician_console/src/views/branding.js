// How the organisation is shown, for admins: name, colour, logo, words to end users, languages; with what comes of it.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { logoOf } from "../brand.js";
import { NO_BRANDING } from "../branding_desk.js";
import { contrastOf, darkened, readable } from "../colours.js";
import { formatNumber, LANGUAGES, t } from "../i18n.js";
import { logoFrom } from "../logo_picture.js";
import { MAX_BRAND_NAME, MAX_WELCOME } from "../protocol.js";
import { adminStyles } from "./admin_styles.js";
import { View } from "./base.js";
import { icon, problemNote } from "./parts.js";

const HANDRAILS_COLOUR = "#0b6470";

export class BrandingView extends View {
  static properties = { branding: { attribute: false }, colour: { state: true }, own: { state: true }, unreadable: { state: true }, none: { state: true } };
  static styles = [
    ...adminStyles,
    css`
      :host {
        max-width: 46rem;
      }
      .card {
        padding: 1.3rem;
      }
      .card + .card {
        margin-top: 1rem;
      }
      .logo {
        display: flex;
        flex-wrap: wrap;
        gap: 0.8rem 1.2rem;
        align-items: center;
      }
      .logo img {
        width: 4rem;
        height: 4rem;
        object-fit: contain;
        padding: 0.3rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }
      input[type="color"] {
        width: 4rem;
        padding: 0.2rem;
      }
      input[type="file"] {
        max-width: 100%;
      }
      h2 {
        margin-bottom: 0.7rem;
      }
      .colour {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem 1rem;
        align-items: center;
      }
      form {
        margin-top: 0;
      }
    `,
  ];

  constructor() {
    super();
    this.branding = NO_BRANDING;
    this.colour = HANDRAILS_COLOUR;
    /** Whether there is a colour of one's own. */
    this.own = false;
    /** Whether the chosen file is no picture. */
    this.unreadable = false;
    /** Whether no language is ticked. */
    this.none = false;
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    const before = changed.get("branding");
    if (!before || (before.loaded && before.brand.colour === this.branding.brand.colour)) return;
    this.colour = this.branding.brand.colour ?? HANDRAILS_COLOUR;
    this.own = this.branding.brand.colour !== null;
  }

  render() {
    const { loaded, busy, problem } = this.branding;
    return html`<header><h1 id="title" tabindex="-1">${t("nav.branding")}</h1></header>
      <p class="about muted">${t("branding.about")}</p>
      ${loaded ? nothing : problemNote(problem)}
      ${loaded ? html`<section class="card">${this.#logo()}</section><section class="card">${this.#form(busy)}</section>` : nothing}`;
  }

  #logo() {
    const { brand, busy } = this.branding;
    return html`<h2>${t("branding.logo")}</h2>
      <div class="logo">
        <img src=${logoOf(brand)} alt=${t("branding.logo_now")} />
        <div class="field">
          <label for="logo">${t("branding.logo_choose")}</label>
          <input id="logo" type="file" accept="image/png,image/jpeg,image/webp,image/svg+xml" ?disabled=${busy} aria-describedby="logo-hint" @change=${this.#choose} />
          <p id="logo-hint" class=${this.unreadable ? "fault" : "hint"} aria-live="polite">${t(this.unreadable ? "branding.logo_unreadable" : "branding.logo_hint")}</p>
        </div>
        ${brand.logo ? html`<button type="button" class="compact" ?disabled=${busy} @click=${() => this.want("branding.logo", { png: null })}>${t("branding.logo_remove")}</button>` : nothing}
      </div>`;
  }

  /** @param {boolean} busy */
  #form(busy) {
    const { brand, saved, problem } = this.branding;
    return html`<form @submit=${this.#submit} @input=${() => this.want("branding.edited")}>
      <div class="field">
        <label for="name">${t("branding.name")}</label>
        <input id="name" maxlength=${MAX_BRAND_NAME} autocomplete="off" placeholder="Handrail" .value=${brand.name} aria-describedby="name-hint" />
        <p id="name-hint" class="hint">${t("branding.name_hint")}</p>
      </div>
      <fieldset>
        <legend>${t("branding.colour")}</legend>
        <label class="choice"><input type="checkbox" id="own" .checked=${this.own} @change=${this.#toggle} /><span>${t("branding.colour_own")}</span></label>
        ${this.own ? this.#colour() : nothing}
      </fieldset>
      ${LANGUAGES.map(
        (each) => html`<div class="field">
          <label for="welcome-${each}">${t("branding.welcome", { language: t(`language.${each}`) })}</label>
          <textarea id="welcome-${each}" lang=${each} rows="3" maxlength=${MAX_WELCOME} aria-describedby="welcome-hint" .value=${brand.welcome?.[each] ?? ""}></textarea>
        </div>`,
      )}
      <p id="welcome-hint" class="hint">${t("branding.welcome_hint")}</p>
      <fieldset>
        <legend>${t("branding.languages")}</legend>
        ${LANGUAGES.map(
          (each) => html`<label class="choice"><input type="checkbox" name="language" value=${each} .checked=${(brand.languages ?? []).includes(each)} /><span lang=${each}>${t(`language.${each}`)}</span></label>`,
        )}
        ${this.none ? html`<p class="fault" role="alert">${t("branding.language_missing")}</p>` : nothing}
      </fieldset>
      ${problemNote(problem === "invalid_request" ? "branding_invalid" : problem)}
      <div class="actions">
        <p class="small" role="status">${saved ? html`${icon("check")} ${t("branding.saved")}` : nothing}</p>
        <button class="primary" type="submit" ?disabled=${busy}>${t("branding.save")}</button>
      </div>
    </form>`;
  }

  #colour() {
    const fits = readable(this.colour);
    const nearest = darkened(this.colour);
    const ratio = formatNumber(contrastOf(this.colour), { maximumFractionDigits: 1 });
    return html`<div class="colour">
        <input id="colour" type="color" aria-label=${t("branding.colour")} .value=${this.colour} aria-describedby="contrast" @input=${(/** @type {InputEvent} */ event) => (this.colour = /** @type {HTMLInputElement} */ (event.target).value)} />
        ${fits
          ? nothing
          : html`<button type="button" class="compact" @click=${() => (this.colour = nearest)}>${t("branding.colour_nearest", { colour: nearest })}</button>`}
      </div>
      <p id="contrast" class=${fits ? "hint" : "fault"} aria-live="polite">${t(fits ? "branding.contrast_good" : "branding.contrast_bad", { ratio })}</p>`;
  }

  /** @param {Event} event */
  #toggle(event) {
    this.own = /** @type {HTMLInputElement} */ (event.target).checked;
  }

  /** @param {Event} event */
  async #choose(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const [file] = input.files ?? [];
    if (!file) return;
    const png = await logoFrom(file);
    input.value = "";
    this.unreadable = png === null;
    if (png) this.want("branding.logo", { png });
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const languages = LANGUAGES.filter((each) => this.find(`input[value="${each}"]`).checked);
    this.none = languages.length === 0;
    if (this.none) return this.find("input[name=language]").focus();
    if (this.own && !readable(this.colour)) return this.find("#colour").focus();
    const said = (/** @type {string} */ each) => this.find(`#welcome-${each}`).value.replace(/\s+/g, " ").trim();
    this.want("branding.save", {
      wanted: { name: this.find("#name").value.trim(), colour: this.own ? this.colour : null, welcome: { en: said("en"), fr: said("fr") }, languages },
    });
  }
}

customElements.define("hr-branding", BrandingView);
