// What makes a ticket id: the same rule as TicketId in broker/protocol/vocabulary.py. Pure text.

/** @typedef {"empty" | "too_long" | "start" | "characters"} TicketFault */

const LONGEST = 64;

/**
 * Say what is wrong with a ticket id, or null when nothing is.
 * @param {string} ticket without spaces around it
 * @returns {TicketFault | null}
 */
export function ticketFault(ticket) {
  if (ticket === "") return "empty";
  if (ticket.length > LONGEST) return "too_long";
  if (!/^[A-Za-z0-9 ._#/:-]*$/.test(ticket)) return "characters";
  return /^[A-Za-z0-9#]/.test(ticket) ? null : "start";
}
