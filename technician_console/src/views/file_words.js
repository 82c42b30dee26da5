// Transfers of files in words: what is in one, where it stands, and what went wrong.
import { formatBytes, t } from "../i18n.js";

/** @typedef {import("../files/transfer.js").Shown} Shown */
/** @typedef {import("../protocol.js").FileItem} FileItem */
/** @typedef {import("../protocol.js").FileProblem} FileProblem */

/** The first thing, and how many more there are. @param {{items: FileItem[]}} transfer */
export function titleText({ items }) {
  const name = items[0]?.name ?? "";
  return items.length > 1 ? t("files.and_more", { name, count: items.length - 1 }) : name;
}

/** How many files, and how much. @param {{files: number, size: number}} transfer */
export const contentsText = ({ files, size }) => `${t("files.count", { count: files })} · ${formatBytes(size)}`;

/** What went wrong, and what to do. @param {FileProblem} problem */
export const problemText = (problem) => t(`file_problem.${problem}`);

/** Where it stands. @param {Shown} transfer */
export function stateText(transfer) {
  const { state, paused, problem } = transfer;
  if (state === "failed" && problem) return problemText(problem);
  if (state === "failed" || state === "done") return overText(transfer);
  if (state === "cancelled") return t(transfer.filesDone > 0 ? "files.cancelled_partly" : "files.cancelled", { count: transfer.filesDone });
  if (paused) return t(`file_paused.${paused}`);
  if (state === "running") return progressText(transfer);
  return t(`file_state.${state}`);
}

/** @param {Shown} transfer */
function overText({ direction, filesDone, files, unsaved, failed }) {
  if (failed > 0) return t(`file_partly.${direction}`, { done: filesDone, count: files });
  if (direction === "send") return t("files.sent");
  return t(unsaved > 0 ? "files.received" : "files.saved");
}

/** @param {Shown} transfer */
function progressText({ bytes, size, speed }) {
  const far = t("files.of", { done: formatBytes(bytes), all: formatBytes(size) });
  if (speed < 1) return far;
  return [far, t("files.speed", { size: formatBytes(speed) }), leftText((size - bytes) / speed)].join(" · ");
}

/**
 * Which way it goes now, and why not the other; empty while nothing goes.
 * @param {Shown} transfer
 * @param {import("../protocol.js").RelayRefusal | null} noRelay
 */
export function roadText({ state, paused, speed, road }, noRelay) {
  if (state !== "running" || paused || speed < 1) return "";
  const words = t(`file_road.${road}`);
  return road === "direct" && noRelay ? `${words} ${t(`no_relay.${noRelay}`)}` : words;
}

/** @param {number} seconds */
function leftText(seconds) {
  if (seconds < 60) return t("files.left_seconds", { count: Math.max(1, Math.ceil(seconds)) });
  if (seconds < 3600) return t("files.left_minutes", { count: Math.ceil(seconds / 60) });
  return t("files.left_hours", { count: Math.ceil(seconds / 3600) });
}

/** What is said when a transfer starts, is done or fails. @param {NonNullable<import("../session.js").FilesState["news"]>} news */
export function newsText({ kind, direction, name, problem }) {
  const words = t(`file_news.${direction}_${kind}`, { name });
  return problem ? `${words} ${problemText(problem)}` : words;
}
