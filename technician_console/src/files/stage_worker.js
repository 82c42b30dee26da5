// Writes received files into the origin private file system, off the page: `handrail-files/<session>/<key>`.
// What is safe it tells for all that came together at once.
import { StagedFile } from "./staged.js";
import { STAGE_FOLDER, problemOf } from "./staging.js";
import { serve } from "./worker_line.js";

/** @typedef {{session: string, key: string}} Place */

const scope = /** @type {any} */ (globalThis);
/** @type {Map<string, StagedFile>} */
const open = new Map();
/** Of these, something has come that was not told yet. @type {Set<string>} */
const untold = new Set();

/** @param {string} session @param {boolean} create */
async function folderOf(session, create) {
  const root = await navigator.storage.getDirectory();
  const all = await root.getDirectoryHandle(STAGE_FOLDER, { create });
  return all.getDirectoryHandle(session, { create });
}

function tellAll() {
  for (const key of untold) {
    const staged = open.get(key);
    if (staged && attempt(key, () => staged.put())) scope.postMessage({ told: { key, length: staged.length } });
  }
  untold.clear();
}

/** Do something with a file; when the disk refuses, that is told, and the file closed. @param {string} key @param {() => void} act */
function attempt(key, act) {
  try {
    act();
    return true;
  } catch (error) {
    close(key);
    scope.postMessage({ told: { key, problem: problemOf(error) } });
    return false;
  }
}

/** @param {string} key */
function close(key) {
  open.get(key)?.close();
  open.delete(key);
  untold.delete(key);
}

/** Removes whole sessions' folders. @param {(name: string, folder: any) => Promise<boolean>} unwanted */
async function sweep(unwanted) {
  const root = await navigator.storage.getDirectory();
  const all = /** @type {any} */ (await root.getDirectoryHandle(STAGE_FOLDER, { create: true }));
  for await (const [name, folder] of all.entries()) {
    if (await unwanted(name, folder)) await all.removeEntry(name, { recursive: true });
  }
}

/** When the newest file of a folder was written to. @param {any} folder */
async function newest(folder) {
  let last = 0;
  for await (const file of folder.values()) last = Math.max(last, (await file.getFile()).lastModified);
  return last;
}

serve(scope, {
  /** @param {Place & {size: number}} about */
  open: async ({ session, key, size }) => {
    close(key);
    const file = await (await folderOf(session, true)).getFileHandle(key, { create: true });
    const handle = await /** @type {any} */ (file).createSyncAccessHandle();
    const staged = new StagedFile(handle, size);
    open.set(key, staged);
    return staged.length;
  },
  /** @param {{key: string, bytes: Uint8Array}} about */
  write: ({ key, bytes }) => {
    const staged = open.get(key);
    if (!staged || !attempt(key, () => staged.write(bytes))) return;
    if (untold.size === 0) setTimeout(tellAll);
    untold.add(key);
  },
  /** @param {{key: string}} about */
  finish: ({ key }) => {
    const sha256 = open.get(key)?.finish();
    open.delete(key);
    return sha256;
  },
  /** All that came stays, and need not come again. @param {{key: string}} about */
  close: ({ key }) => {
    const staged = open.get(key);
    if (staged && attempt(key, () => staged.put())) close(key);
  },
  /** @param {Place} about */
  remove: async ({ session, key }) => {
    close(key);
    await (await folderOf(session, true)).removeEntry(key);
  },
  /** @param {{ended: string[], before: number}} about sessions that are over, and the moment of the oldest file to keep */
  sweep: ({ ended, before }) => sweep(async (name, folder) => ended.includes(name) || (await newest(folder)) < before),
});
