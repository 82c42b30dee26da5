// What lies over a view while files are dragged onto it.
import { css, html } from "../../../static/vendor/lit.js";
import { t } from "../i18n.js";
import { granted } from "../session.js";
import { icon } from "./parts.js";

export const dropVeilStyles = css`
  .drop {
    position: absolute;
    inset: 0;
    z-index: 4;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.6rem;
    padding: 1rem;
    text-align: center;
    font-weight: 600;
    border: 3px dashed var(--accent);
    background: color-mix(in srgb, var(--accent-wash) 92%, transparent);
    color: var(--text);
    pointer-events: none;
  }
  .drop .icon {
    width: 2.2rem;
    height: 2.2rem;
    color: var(--accent);
  }
  .drop.denied {
    border-color: var(--warn);
    background: color-mix(in srgb, var(--warn-wash) 92%, transparent);
  }
  .drop.denied .icon {
    color: var(--warn);
  }
`;

/** @param {import("../session.js").LiveState} live */
export function dropVeil(live) {
  const allowed = granted(live).includes("files.send");
  const machine = live.session?.machine ?? t("asking.some_machine");
  return html`<div class="drop ${allowed ? "" : "denied"}">
    ${icon(allowed ? "upload" : "lock")}
    <p>${allowed ? t("files.drop", { machine }) : t("files.drop_denied")}</p>
  </div>`;
}
