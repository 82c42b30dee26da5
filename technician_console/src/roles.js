// What the page offers to whom. The broker decides what anybody may do; this only spares people what it would refuse.

/** @typedef {{role: import("./protocol.js").Role}} Somebody */

/** Whether they have sessions of their own, or come into those of others. @param {Somebody | null | undefined} account */
export const takesPart = (account) => account?.role !== "auditor";

/** Whether they see the figures of sessions; a lead those of their groups. @param {Somebody | null | undefined} account */
export const readsMeasures = (account) => readsAll(account) || account?.role === "lead";

/** Whether they read what others did. @param {Somebody | null | undefined} account */
export const readsAll = (account) => account?.role === "auditor" || account?.role === "admin";

/** Whether they see what goes on now. @param {Somebody | null | undefined} account */
export const oversees = (account) => readsAll(account) || account?.role === "lead";
