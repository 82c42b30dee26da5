// What the pages behind an admin's link share: the card, and the field for a password that is being chosen.
import { css, html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { shared } from "./styles.js";

const SHORTEST_PASSWORD = 12;

export const doorStyles = [
  ...shared,
  css`
    .card {
      width: min(27rem, 100%);
      margin: clamp(1rem, 6vh, 5rem) auto 0;
      padding: 1.75rem;
    }
    form {
      display: grid;
      gap: 1.1rem;
      margin-top: 1.3rem;
    }
    h1 + p {
      margin-top: 0.5rem;
    }
  `,
];

/** The field `#password`, which says how many characters are missing. @param {number} length of what is typed @param {(length: number) => void} measured */
export const newPassword = (length, measured) => html`<div class="field">
  <label for="password">${t("field.password")}</label>
  <input
    id="password"
    type="password"
    autocomplete="new-password"
    minlength=${SHORTEST_PASSWORD}
    maxlength="256"
    required
    aria-describedby="length"
    @input=${(/** @type {InputEvent} */ event) => measured(/** @type {HTMLInputElement} */ (event.target).value.length)}
  />
  <p id="length" class="hint">${lengthHint(length)}</p>
</div>`;

/** @param {number} length */
function lengthHint(length) {
  const missing = SHORTEST_PASSWORD - length;
  return missing > 0 && length > 0 ? t("setup.characters_missing", { count: missing }) : t("setup.password_hint", { count: SHORTEST_PASSWORD });
}
