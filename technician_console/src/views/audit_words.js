// What the audit page shows in words: the actions that can be asked for, and what is asked for now.
import { FILTERS, localMoment } from "../audit_filters.js";
import { formatMoment, t } from "../i18n.js";
import { actionText } from "./event_text.js";

/** Every action that the broker records, by subject. */
export const ACTIONS = [
  "access.refused", "account.created", "account.disabled", "account.enabled", "account.invitation_accepted",
  "account.invited", "account.password_set", "account.role_changed", "account.signed_out_everywhere",
  "audit.export_cut", "audit.exported", "audit.read", "audit.recovered", "audit.restored", "auth.refresh_reused", "auth.sign_in_failed",
  "auth.signed_in", "auth.signed_out", "backup.made", "branding.changed", "feed.changed", "group.changed", "group.created", "group.deleted",
  "group.member_added", "group.member_removed", "join.alarm", "join.code_refused", "message.refused",
  "personal.erased", "reply.changed", "reply.created", "reply.deleted", "retention.applied", "session.access_refused",
  "session.arrived", "session.broker_restarted", "session.chat_used", "session.client_attached",
  "session.client_detached", "session.clipboard_used", "session.code_issued", "session.connected",
  "session.connection_failed", "session.connection_lost", "session.consent_declined", "session.consent_given",
  "session.console_attached", "session.console_detached", "session.control_passed", "session.countersigned",
  "session.created", "session.ended", "session.entry_closed", "session.entry_refused", "session.file",
  "session.guest_connected", "session.guest_disconnected", "session.guest_joined", "session.guest_left",
  "session.hand_over_offered", "session.handed_over", "session.held", "session.invited", "session.joined",
  "session.note_added", "session.pause_changed", "session.put_back", "session.rated", "session.released",
  "session.report_seen", "session.reported", "session.resume_refused", "session.rights_changed",
  "session.rights_renewed", "session.taken", "session.transcript_deleted", "session.transcript_kept", "token.deleted",
  "token.made", "token.used",
];

/** The filters in force, as one reads them. @param {import("../audit_filters.js").Asked} asked */
export function askedText(asked) {
  return FILTERS.filter((name) => asked[name])
    .map((name) => `${t(`audit.${name}`)} ${valueText(name, asked[name] ?? "")}`)
    .join(" · ");
}

/** @param {import("../audit_filters.js").Filter} name @param {string} value */
function valueText(name, value) {
  if (name === "action") return value.split(",").map(actionText).join(", ");
  if (name === "outcome") return t(`outcome.${value}`);
  const isMoment = (name === "since" || name === "until") && localMoment(value) !== "";
  return isMoment ? formatMoment(value) : value; // what is no moment is shown as it is, and the broker says so
}
