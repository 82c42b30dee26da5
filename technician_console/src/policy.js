// A group's policy in words, and as the fields of its form. Pure.
import { formatNumber, t } from "./i18n.js";

/** @typedef {import("./protocol.js").GroupPolicy} GroupPolicy */
/** @typedef {import("./protocol.js").Capability} Capability */
/**
 * @typedef {object} PolicyFields what the form holds: texts as typed, empty for "no limit"
 * @property {Capability[]} capabilities
 * @property {string} consentS
 * @property {string} sessionMin
 * @property {string} fileMb
 * @property {string} files
 * @property {boolean} relay
 * @property {boolean} transcript
 */

/** What groups can allow or not: all that is built. @type {readonly Capability[]} */
export const ALLOWABLE = ["view", "control", "clipboard.send", "clipboard.receive", "files.send", "files.receive"];

const MINUTE_S = 60;
const MB = 1_000_000;

/** What a policy limits, a line each; one that limits nothing says so. @param {GroupPolicy} policy @returns {string[]} */
export function policyLines(policy) {
  const { capabilities, consent_s: consent, session_s: session, max_file_bytes: bytes, max_files: files } = policy;
  const rights = capabilities && ALLOWABLE.filter((each) => capabilities.includes(each));
  const lines = [
    rights && (rights.length === 0 ? t("policy.nothing") : t("policy.only", { rights: rights.map((each) => t(`capability.${each}`)).join(", ") })),
    consent && t("policy.consent", { count: consent }),
    session && t("policy.session", { count: Math.round((session / MINUTE_S) * 10) / 10 }),
    bytes && t("policy.file_size", { size: number(bytes / MB) }),
    files && t("policy.files", { count: files }),
    policy.relay === false && t("policy.no_relay"),
    policy.transcript === false && t("policy.no_transcript"),
  ];
  const said = lines.filter((line) => typeof line === "string");
  return said.length > 0 ? said : [t("policy.no_limit")];
}

/** @param {GroupPolicy | undefined} policy @returns {PolicyFields} */
export function fieldsOf(policy) {
  /** @param {number | null | undefined} value @param {number} unit */
  const shown = (value, unit) => (value ? String(value / unit) : "");
  return {
    capabilities: [...(policy?.capabilities ?? ALLOWABLE)],
    consentS: shown(policy?.consent_s, 1),
    sessionMin: shown(policy?.session_s, MINUTE_S),
    fileMb: shown(policy?.max_file_bytes, MB),
    files: shown(policy?.max_files, 1),
    relay: policy?.relay ?? true,
    transcript: policy?.transcript ?? true,
  };
}

/** Everything ticked says nothing of rights, so that what is built later is allowed too. @param {PolicyFields} fields @returns {GroupPolicy} */
export function policyOf(fields) {
  const everything = ALLOWABLE.every((each) => fields.capabilities.includes(each));
  /** @param {string} text @param {number} unit */
  const read = (text, unit) => (text.trim() === "" ? null : Math.round(Number(text) * unit));
  return {
    capabilities: everything ? null : ALLOWABLE.filter((each) => fields.capabilities.includes(each)),
    consent_s: read(fields.consentS, 1),
    session_s: read(fields.sessionMin, MINUTE_S),
    max_file_bytes: read(fields.fileMb, MB),
    max_files: read(fields.files, 1),
    relay: fields.relay,
    transcript: fields.transcript,
  };
}

/** @param {number} value */
const number = (value) => formatNumber(value, { maximumFractionDigits: 1 });
