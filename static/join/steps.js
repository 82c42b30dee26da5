// The numbered steps that get the support client running, for what this broker offers.
import "/console/src/views/copy_button.js";
import { t } from "/console/src/i18n.js";
import { group } from "/console/src/join_code.js";
import { html, nothing } from "/static/vendor/lit.js";
import { installedCommand, sortOffers, wheelCommands } from "./commands.js";

/** @typedef {import("./commands.js").System} System */
/** @typedef {import("/console/src/protocol.js").ClientPackage} ClientPackage */

/**
 * @param {ClientPackage[]} packages
 * @param {System} system
 * @param {string} code
 * @param {string} origin
 */
export function clientSteps(packages, system, code, origin) {
  const { program, others, wheel } = sortOffers(packages, system);
  const installed = installedCommand(code, origin);
  return html`<section class="card" aria-labelledby="start">
    <h2 id="start">${t("join.start")}</h2>
    <p class="muted">${t("join.you_decide")}</p>
    ${program ? programSteps(program, system, code) : wheel ? wheelSteps(wheelCommands(wheel, code, origin, system)) : bare(installed)}
    ${program || wheel
      ? html`<details><summary>${t("join.installed")}</summary>${command(installed)}</details>`
      : nothing}
    ${others.length > 0
      ? html`<details><summary>${t("join.other_systems")}</summary><ul>${others.map((offer) => html`<li>${download(offer, "")}</li>`)}</ul></details>`
      : nothing}
  </section>`;
}

/** @param {ClientPackage} program @param {System} system @param {string} code */
const programSteps = (program, system, code) =>
  html`<ol class="steps">
    <li>${t("join.step_download", { system: t(`system.${system}`) })} ${download(program, "primary")}</li>
    <li>${t("join.step_open")}</li>
    <li>${t("join.step_enter", { code: group(code) })}</li>
    <li>${t("join.step_allow")}</li>
  </ol>`;

/** @param {{pipx: string, uvx: string}} commands */
const wheelSteps = (commands) =>
  html`<ol class="steps">
    <li>${t("join.step_terminal")}</li>
    <li>
      ${t("join.step_paste")} ${command(commands.pipx)}
      <span class="muted">${t("join.with_uv")}</span>
      ${command(commands.uvx)}
    </li>
    <li>${t("join.step_allow")}</li>
  </ol>`;

/** @param {string} installed */
const bare = (installed) =>
  html`<p>${t("join.none")}</p>
    <ol class="steps">
      <li>${t("join.step_terminal")}</li>
      <li>${t("join.step_paste_installed")} ${command(installed)}</li>
      <li>${t("join.step_allow")}</li>
    </ol>`;

/** @param {ClientPackage} offer @param {string} look */
const download = (offer, look) =>
  html`<a class="button ${look}" href=${offer.url} download>${t("join.download", { file: offer.file_name })}</a>`;

/** @param {string} text */
const command = (text) =>
  html`<div class="command">
    <pre tabindex="0">${text}</pre>
    <hr-copy .text=${text} .label=${t("join.copy_command")}></hr-copy>
  </div>`;
