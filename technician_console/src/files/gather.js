// What the technician chose or dropped, as files and folders with their paths, and how an offer tells of it.
import { MAX_ITEM_LENGTH, MAX_ITEMS } from "../protocol.js";

/** @typedef {{path: string[], file: File}} ChosenFile */
/** @typedef {{files: ChosenFile[], folders: string[][]}} Chosen */
/** @typedef {import("../protocol.js").FileItem} FileItem */

/** Of an `<input type=file>`, with or without `webkitdirectory`. @param {Iterable<File>} list @returns {Chosen} */
export function chosenIn(list) {
  const files = [...list].map((file) => ({ path: pathOf(file.webkitRelativePath || file.name), file }));
  const folders = new Map(files.flatMap(({ path }) => path.slice(0, -1).map((_, depth) => folderOf(path, depth + 1))));
  return inOrder({ files, folders: [...folders.values()] });
}

/**
 * Of a drop. The entries are taken at once, as they are gone after the event; the folders are read afterwards.
 * @param {DataTransferItemList} items
 * @returns {Promise<Chosen>}
 */
export async function droppedIn(items) {
  const things = [...items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  /** @type {Chosen} */
  const chosen = { files: [], folders: [] };
  for (const thing of things) {
    if (thing instanceof File) chosen.files.push({ path: [wellFormed(thing.name)], file: thing });
    else if (thing) await collect(thing, [], chosen);
  }
  return inOrder(chosen);
}

/** What an offer tells of each of the first things. @param {Chosen} chosen @returns {FileItem[]} */
export function itemsOf({ files, folders }) {
  /** @type {Map<string, Required<FileItem>>} */
  const items = new Map();
  const item = (/** @type {string} */ name, /** @type {boolean} */ folder) => {
    const known = items.get(name) ?? { name: shortened(name), folder, files: 0, size_bytes: 0 };
    items.set(name, known);
    return known;
  };
  for (const path of folders) item(/** @type {string} */ (path[0]), true);
  for (const { path, file } of files) {
    const into = item(/** @type {string} */ (path[0]), path.length > 1);
    into.files += 1;
    into.size_bytes += file.size;
  }
  return [...items.values()].slice(0, MAX_ITEMS);
}

/** @param {FileSystemEntry} entry @param {string[]} above @param {Chosen} chosen */
async function collect(entry, above, chosen) {
  const path = [...above, wellFormed(entry.name)];
  if (isFile(entry)) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    chosen.files.push({ path, file });
  } else if (isFolder(entry)) {
    chosen.folders.push(path);
    for await (const child of childrenOf(entry)) await collect(child, path, chosen);
  }
}

/** A reader gives some at a time, until it gives none. @param {FileSystemDirectoryEntry} folder */
async function* childrenOf(folder) {
  const reader = folder.createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    yield* some;
  }
}

/** @param {FileSystemEntry} entry @returns {entry is FileSystemFileEntry} */
const isFile = (entry) => entry.isFile;
/** @param {FileSystemEntry} entry @returns {entry is FileSystemDirectoryEntry} */
const isFolder = (entry) => entry.isDirectory;

/** The same things come in the same order each time, however they were chosen. @param {Chosen} chosen @returns {Chosen} */
const inOrder = ({ files, folders }) => ({
  files: files.sort((a, b) => byText(a.path.join("/"), b.path.join("/"))),
  folders: folders.sort((a, b) => byText(a.join("/"), b.join("/"))),
});

/** @param {string} a @param {string} b */
const byText = (a, b) => (a < b ? -1 : Number(a > b));

/** @param {string[]} path @param {number} depth @returns {[string, string[]]} */
const folderOf = (path, depth) => [path.slice(0, depth).join("/"), path.slice(0, depth)];

/** @param {string} relative */
const pathOf = (relative) => relative.split("/").filter(Boolean).map(wellFormed);

/** Halves of characters cannot travel. @param {string} name */
const wellFormed = (name) => name.replace(/\p{Surrogate}/gu, "\ufffd");

/** @param {string} name */
function shortened(name) {
  const characters = [...name];
  if (characters.length <= MAX_ITEM_LENGTH) return name;
  const half = Math.floor((MAX_ITEM_LENGTH - 1) / 2);
  return [...characters.slice(0, half), "…", ...characters.slice(-half)].join("");
}
