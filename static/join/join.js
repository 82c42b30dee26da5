// The end user's page: type or confirm the code, see who is asking, get the support client.
import { Api, ApiProblem } from "/console/src/api.js";
import { brandLogo, brandName, languages, NO_BRAND, useBrand, welcome } from "/console/src/brand.js";
import {
  chosenLanguage,
  formatClock,
  formatMonth,
  hasText,
  language,
  onLanguageChange,
  pickLanguage,
  rememberLanguage,
  t,
  useLanguage,
} from "/console/src/i18n.js";
import { codeInLink, digitsOf, faultOf, group } from "/console/src/join_code.js";
import { CODE_LENGTH, NEW_ACCOUNT_DAYS } from "/console/src/protocol.js";
import { html, nothing, render } from "/static/vendor/lit.js";
import { systemOf } from "./commands.js";
import { distrustButton, distrusted } from "./distrust.js";
import { solveIn } from "./proof.js";
import { clientSteps } from "./steps.js";

/** @typedef {import("/console/src/protocol.js").JoinPreview} JoinPreview */
/** @typedef {import("/console/src/protocol.js").KnownAccount} KnownAccount */
/**
 * @typedef {object} PageState
 * @property {string} digits what was typed
 * @property {boolean} judged whether a fault may be shown: not while one is still typing
 * @property {boolean} busy
 * @property {number | null} proved percent of the work that is asked for in a flood of wrong codes
 * @property {string | null} problem
 * @property {JoinPreview | null} preview
 * @property {import("./distrust.js").ReportStage} report
 * @property {import("/console/src/protocol.js").ClientPackage[]} packages
 */

const api = new Api();
const system = systemOf(navigator.userAgent);
/** @type {any} */
let workers;

/** @type {PageState} */
let state = { digits: "", judged: false, busy: false, proved: null, problem: null, preview: null, report: "none", packages: [] };

/** @param {Partial<PageState>} change */
function set(change) {
  state = { ...state, ...change };
  draw();
}

function draw() {
  document.title = `${t("join.title")} · ${brandName()}`;
  render(page(), document.body);
}

function page() {
  return html`<header class="bar">
      <span class="mark"><img src=${brandLogo()} alt="" />${brandName()}</span>
      <span>${languages().filter((other) => other !== language()).map(languageButton)}</span>
    </header>
    <main>
      <h1>${t("join.title")}</h1>
      ${state.preview ? whoAsks(state.preview) : entry()}
    </main>`;
}

/** @param {import("/console/src/i18n.js").Language} other */
const languageButton = (other) =>
  html`<button class="plain" lang=${other} @click=${() => speak(other)}>${t(`language.${other}`)}</button>`;

// ---- the code

function entry() {
  const fault = state.judged ? faultOf(state.digits) : null;
  return html`<section class="card">
    <p>${t("join.lead")}</p>
    <form @submit=${submit} novalidate>
      <label for="code">${t("join.code")}</label>
      <div class="entry">
        <input
          id="code"
          inputmode="numeric"
          autocomplete="off"
          spellcheck="false"
          placeholder="0000 0000 0000"
          .value=${group(state.digits)}
          aria-invalid=${fault ? "true" : "false"}
          aria-describedby="hint"
          @input=${typed}
        />
        <button class="primary" type="submit" ?disabled=${state.busy}>${t("join.continue")}</button>
      </div>
      <p id="hint" class="hint ${fault ? "fault" : ""}" aria-live="polite">${hint(fault)}</p>
    </form>
    ${state.problem ? html`<p class="note" role="alert">${problemText(state.problem)}</p>` : nothing}
  </section>`;
}

/** @param {import("/console/src/join_code.js").CodeFault | null} fault */
function hint(fault) {
  if (state.proved !== null) return t("join.proving", { percent: state.proved });
  if (state.busy) return t("join.checking");
  return fault ? t(`join.fault.${fault}`, { count: CODE_LENGTH - state.digits.length }) : "";
}

/** @param {string} code */
const problemText = (code) => t(hasText(`problem.${code}`) ? `problem.${code}` : "problem.internal");

/** @param {InputEvent} event */
function typed(event) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  const before = digitsOf(field.value.slice(0, field.selectionStart ?? field.value.length)).length;
  const digits = digitsOf(field.value);
  set({ digits, judged: digits.length === CODE_LENGTH, problem: null });
  field.value = group(digits);
  const caret = group(digits.slice(0, before)).length;
  field.setSelectionRange(caret, caret);
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  if (faultOf(state.digits)) {
    set({ judged: true, problem: null });
    document.getElementById("code")?.focus();
  } else {
    void look();
  }
}

/** Ask who is behind the code; the code stays unclaimed. */
async function look() {
  set({ busy: true, problem: null });
  try {
    const [preview, { packages }] = await Promise.all([previewOf(state.digits), api.downloads()]);
    set({ busy: false, proved: null, preview, packages });
  } catch (problem) {
    if (!(problem instanceof ApiProblem)) throw problem;
    set({ busy: false, proved: null, problem: problem.code });
  }
}

/**
 * Ask who is behind a code; in a flood of wrong ones the broker wants some work done first.
 * @param {string} code
 */
async function previewOf(code) {
  try {
    return await api.preview(code);
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || !problem.challenge) throw problem;
    return api.preview(code, await proved(problem.challenge));
  }
}

/** @param {import("./proof.js").ProofChallenge} challenge */
function proved(challenge) {
  // In quarters: this is read out.
  const tell = (/** @type {number} */ done) => set({ proved: 25 * Math.floor((4 * done) / challenge.parts) });
  tell(0);
  return solveIn(makeProofWorker(), challenge, tell);
}

const PROOF_WORKER = new URL("./proof_worker.js", import.meta.url).href;

/** The only script that a worker of this page may run (Trusted Types). */
function makeProofWorker() {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  workers ??= trustedTypes?.createPolicy("handrail-workers", { createScriptURL: () => PROOF_WORKER });
  return new Worker(workers?.createScriptURL("") ?? PROOF_WORKER, { type: "module" });
}

// ---- who is asking, and how to let them

/** @param {KnownAccount | null} account */
const isNew = (account) => account !== null && account.days < NEW_ACCOUNT_DAYS;

/** Since when the technician's account exists. @param {KnownAccount | null} account */
function knownSince(account) {
  if (account === null) return t("join.account_unknown");
  if (!isNew(account)) return t("join.account_since", { month: formatMonth(account.since) });
  return account.days === 0 ? t("join.account_today") : t("join.account_new", { count: account.days });
}

/** @param {JoinPreview} preview */
function whoAsks(preview) {
  const reported = state.report !== "none" && state.report !== "sending";
  return reported ? distrusted(preview, state.report, report, (note) => void tell("noted", note)) : asking(preview);
}

function report() {
  void tell("told");
}

/**
 * Report the session, or add a sentence to the report.
 * @param {"told" | "noted"} then
 * @param {string | null} [note]
 */
async function tell(then, note = null) {
  if (!state.preview || state.report === "sending") return;
  const { session_id, report_token } = state.preview;
  if (then === "told") set({ report: "sending" });
  try {
    await api.report({ session_id, token: report_token, note });
    set({ report: then });
  } catch (problem) {
    if (!(problem instanceof ApiProblem)) throw problem;
    set({ report: "failed" });
  }
  if (then === "told") document.getElementById("reported-title")?.focus();
}

/** @param {JoinPreview} preview */
function asking(preview) {
  const left = Date.parse(preview.expires_at) - (Date.now() + api.clockOffsetMs);
  return html`<section class="card" aria-labelledby="who">
      <h2 id="who">${t("join.who")}</h2>
      <dl>
        <dt>${t("join.technician")}</dt><dd>${preview.technician_name}</dd>
        ${preview.organisation ? html`<dt>${t("join.organisation")}</dt><dd>${preview.organisation}</dd>` : nothing}
        <dt>${t("join.account")}</dt><dd class=${isNew(preview.account) ? "fault" : ""}>${knownSince(preview.account)}</dd>
        <dt>${t("join.server")}</dt><dd>${location.host}</dd>
        <dt>${t("join.ticket")}</dt><dd>${preview.ticket_id}</dd>
        <dt>${t("join.asks")}</dt>
        <dd>${preview.requested.map((capability) => html`<div>${t(`join_right.${capability}`)}</div>`)}</dd>
        ${left > 0 ? html`<dt>${t("join.ends")}</dt><dd class="clock">${formatClock(left)}</dd>` : nothing}
      </dl>
      <p class="muted">${t("join.checked")}</p>
      ${welcome(language()) ? html`<figure class="said"><figcaption class="muted">${t("join.says", { name: preview.organisation || brandName() })}</figcaption><blockquote>${welcome(language())}</blockquote></figure>` : nothing}
      ${left > 0 ? nothing : html`<p class="note" role="alert">${t("join.over")}</p>`}
      <p class="note warn"><strong>${t("join.warning_title")}</strong>${t("join.warning")}</p>
      <p class="row">${distrustButton(state.report, report)}</p>
      <p><button type="button" @click=${again}>${t("join.another")}</button></p>
    </section>
    ${left > 0 ? clientSteps(state.packages, system, state.digits, location.origin) : nothing}`;
}

function again() {
  history.replaceState(null, "", "/");
  set({ preview: null, report: "none", digits: "", judged: false, problem: null });
  document.getElementById("code")?.focus();
}

// ---- beginning

/** @param {import("/console/src/i18n.js").Language} chosen */
async function speak(chosen) {
  useLanguage(chosen, await api.catalogue(chosen));
  document.documentElement.lang = chosen;
  rememberLanguage(chosen);
}

// Without an answer the page is Handrail's: it works all the same.
useBrand(await api.branding().catch(() => NO_BRAND));
await speak(pickLanguage(navigator.languages, chosenLanguage(), languages()));
document.body.replaceChildren();
onLanguageChange(draw);
setInterval(() => state.preview && draw(), 1000);

const link = codeInLink(location.pathname);
set({
  digits: link?.digits ?? "",
  judged: Boolean(link?.digits),
  problem: link && !link.valid ? "link_invalid" : null,
});
if (link?.valid) await look();
else document.getElementById("code")?.focus();
