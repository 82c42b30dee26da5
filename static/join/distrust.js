// "I don't trust this": one press reports the session and ends it; then what to do now, and a sentence for the admins.
import { t } from "/console/src/i18n.js";
import { MAX_REPORT_NOTE } from "/console/src/protocol.js";
import { html, nothing } from "/static/vendor/lit.js";

/** @typedef {import("/console/src/protocol.js").JoinPreview} JoinPreview */
/**
 * How far the report is: nothing; on its way; told; not told; told with a sentence.
 * @typedef {"none" | "sending" | "told" | "failed" | "noted"} ReportStage
 */

/** @param {ReportStage} stage @param {() => void} report */
export const distrustButton = (stage, report) =>
  html`<button type="button" class="distrust" ?disabled=${stage === "sending"} aria-describedby="distrust-means" @click=${report}>
      ${t("distrust.button")}
    </button>
    <span id="distrust-means" class="muted">${t("distrust.means")}</span>`;

/**
 * What is shown in the place of everything else once it was pressed.
 * @param {JoinPreview} preview
 * @param {ReportStage} stage
 * @param {() => void} again
 * @param {(note: string) => void} add
 */
export function distrusted(preview, stage, again, add) {
  const organisation = preview.organisation || t("distrust.they");
  return html`<section class="card" id="reported" aria-labelledby="reported-title">
    <h2 id="reported-title" tabindex="-1">${t(stage === "failed" ? "distrust.failed" : "distrust.title")}</h2>
    ${stage === "failed"
      ? html`<p role="alert">${t("distrust.failed_more")}</p>
          <p><button type="button" class="primary" @click=${again}>${t("distrust.again")}</button></p>`
      : html`<p role="status">${t("distrust.told", { organisation })}</p>`}
    <h3>${t("distrust.now")}</h3>
    <ol class="steps">
      <li>${t("distrust.hang_up")}</li>
      <li>${t("distrust.passwords")}</li>
      <li>
        ${t("distrust.call", { organisation })}
        ${preview.support_contact ? html`<span>${t("distrust.contact", { organisation, contact: preview.support_contact })}</span>` : nothing}
      </li>
    </ol>
    ${stage === "failed" ? nothing : sentence(stage, add)}
  </section>`;
}

/** @param {ReportStage} stage @param {(note: string) => void} add */
function sentence(stage, add) {
  if (stage === "noted") return html`<p role="status">${t("distrust.noted")}</p>`;
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("note"));
    if (field.value.trim()) add(field.value.trim());
  };
  return html`<form @submit=${send}>
    <label for="note">${t("distrust.note")}</label>
    <textarea id="note" rows="2" maxlength=${MAX_REPORT_NOTE}></textarea>
    <div><button type="submit" ?disabled=${stage === "sending"}>${t("distrust.send")}</button></div>
  </form>`;
}
