// An audit event in words: what happened, who did it, and the details a reader can use.
import { hasText, t } from "../i18n.js";
import { capabilityText } from "./parts.js";

/** @typedef {import("../protocol.js").AuditEventView} AuditEventView */
/** @typedef {AuditEventView["details"][string]} Detail */

/** Details that mean something only to the broker. */
const UNSHOWN = new Set(["from_state", "to_state", "peer_id", "note_hash", "transcript_hash"]);

/** Details that others beside them say better. @type {Record<string, string>} */
const SAID_BY = { capabilities: "rights_change", group_id: "group_name", group_ids: "group_names" };

/** How the known details read; any other is shown as it is. @type {Record<string, (value: any) => string>} */
const DETAILS = {
  capabilities: (value) => value.map(capabilityText).join(", "),
  end_reason: (value) => t(`ended.${value}`),
  consent_source: (value) => t(`rights.${value}`),
  peer_way: (value) => t(`way_short.${value}`),
  peer_failure: (value) => t(`failure.${value}`),
  direction: (value) => t(`direction.${value}`),
  road: (value) => t(`file_road.${value}`),
  file_result: (value) => t(`file_result.${value}`),
  problem: (value) => t(`file_fault.${value}`),
  capability: (value) => capabilityText(value),
  renewal: (value) => t(`renewal.${value}`),
  rights_change: (value) => t(`rights_change.${value}`),
  lease_minutes: (value) => t("rights.minutes", { count: value }),
  error: (value) => t(hasText(`refusal.${value}`) ? `refusal.${value}` : "refusal.unknown", { code: value }),
  trust_breach: (value) => t(`breach.${value}`),
  paused: (value) => t(value ? "event.paused" : "event.resumed"),
};

/** @param {string} action */
export const actionText = (action) => (hasText(`event.${action}`) ? t(`event.${action}`) : action.replace(/[._]/g, " "));

/** @param {AuditEventView} event */
export const actorText = (event) => event.actor_name ?? t(`actor.${event.actor_kind}`);

/** @param {AuditEventView["details"]} details @returns {string[]} */
export function detailLines(details) {
  return Object.entries(details)
    .filter(([name]) => !(SAID_BY[name] && SAID_BY[name] in details))
    .filter(([name, value]) => !UNSHOWN.has(name) && value !== null && value !== "")
    .map(([name, value]) => DETAILS[name]?.(value) ?? `${detailName(name)}: ${plain(value)}`);
}

/** @param {string} name */
const detailName = (name) => (hasText(`detail.${name}`) ? t(`detail.${name}`) : name.replace(/_/g, " "));

/** @param {Detail} value */
const plain = (value) => (Array.isArray(value) ? value.join(", ") : String(value));
