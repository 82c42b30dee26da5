// Small pieces of markup that several views use.
import { html, nothing } from "../../../static/vendor/lit.js";
import { hasText, t } from "../i18n.js";
import { doubtKey } from "../status.js";

/** @param {string} name a file of static/icons/lucide */
export const icon = (name) => html`<span class="icon icon-${name}" aria-hidden="true"></span>`;

/** The words for an error code. @param {string} code */
export const problemText = (code) => (hasText(`problem.${code}`) ? t(`problem.${code}`) : t("problem.internal"));

/** A problem as a note that is read out at once. @param {string | null} code */
export const problemNote = (code) =>
  code ? html`<p class="note bad" role="alert">${icon("circle-alert")}<span>${problemText(code)}</span></p>` : nothing;

/** Why somebody does not come in. @param {import("../protocol.js").EntryOver} entry */
export const entryText = ({ participant: { name }, outcome }) => t(`entry_over.${outcome}`, { name });

/** Whose connection is not to be trusted, and what to do; empty: nobody's. @param {import("../session.js").LiveState} live */
export function doubtText(live) {
  const key = doubtKey(live);
  return key && t(key, { name: live.whose?.name ?? "" });
}

/** The name of a capability. @param {import("../protocol.js").Capability} capability */
export const capabilityText = (capability) => t(`capability.${capability}`);

/** The state of a session in the list, in words. @param {import("../protocol.js").SessionView} session */
export function stateText(session) {
  if (session.state === "ended") return t(`ended.${session.end_reason ?? "technician_ended"}`);
  if (session.paused && session.state === "connected") return t("status.paused");
  return t(`state.${session.state}`);
}

/** For a text area that is one line, as a reason is: Enter sends its form. @param {KeyboardEvent} event */
export function enterSends(event) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const { form } = /** @type {HTMLTextAreaElement} */ (event.target);
  form?.requestSubmit(/** @type {HTMLElement | null} */ (form.querySelector("[type=submit]")));
}
