// What there is beside the stage of a session's page, for whom. Pure.
import { mayReadKept, standing } from "./company.js";

/** @typedef {"chat" | "files" | "people" | "history"} Tab */

/** @type {readonly Tab[]} */
export const TABS = ["chat", "files", "people", "history"];

/** The keys of a tab's name, and of the words for what waits there. @type {Record<Tab, {title: string, count: string}>} */
export const TAB_WORDS = {
  chat: { title: "chat.title", count: "chat.unread" },
  files: { title: "files.title", count: "files.unsaved" },
  people: { title: "people.tab", count: "people.count" },
  history: { title: "history.title", count: "" },
};

/**
 * The tabs of this page: whoever never was in has no chat and no files, and whoever was sent away for good, or looked on
 * in a session that is over, keeps these alone, with what is not saved yet.
 * @param {import("./session.js").LiveState} live
 */
export function tabsOf(live) {
  const where = standing(live);
  const wasIn = where === "in" || live.peer.everConnected;
  const mayRead = live.session?.state === "ended" ? mayReadKept(live) : where !== "out" || live.fault === null;
  return TABS.filter((tab) => (tab === "chat" || tab === "files" ? wasIn : mayRead));
}
