// Keys that a browser or the technician's own system keeps for itself, as messages. Pure.

/** @typedef {import("../protocol.js").InputKey} InputKey */
/** @typedef {{key: string, code: string}} Key as in W3C UI Events KeyboardEvent */

const CONTROL = { key: "Control", code: "ControlLeft" };
const ALT = { key: "Alt", code: "AltLeft" };
/** @param {string} letter @returns {Key} */
const letter = (letter) => ({ key: letter, code: `Key${letter.toUpperCase()}` });
/** @param {string} name @returns {Key} */
const named = (name) => ({ key: name, code: name });

/** Each chord by its name; the keys go down in this order. @type {Readonly<Record<string, readonly Key[]>>} */
export const PALETTE = {
  ctrl_alt_del: [CONTROL, ALT, named("Delete")],
  alt_tab: [ALT, named("Tab")],
  alt_f4: [ALT, named("F4")],
  super: [{ key: "Meta", code: "MetaLeft" }],
  ctrl_w: [CONTROL, letter("w")],
  ctrl_t: [CONTROL, letter("t")],
  ctrl_n: [CONTROL, letter("n")],
  print_screen: [named("PrintScreen")],
  escape: [named("Escape")],
  ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index + 1}`, [named(`F${index + 1}`)]])),
};

/**
 * Press the keys one after the other and let them go the other way round.
 * @param {readonly Key[]} keys
 * @returns {InputKey[]}
 */
export function chord(keys) {
  const down = keys.map((key) => ({ type: /** @type {const} */ ("input.key"), ...key, down: true }));
  return [...down, ...down.toReversed().map((message) => ({ ...message, down: false }))];
}
