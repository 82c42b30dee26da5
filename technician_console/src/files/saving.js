// The only place where received files leave the page: a download, or a folder that the technician picks.
import { numbered } from "./names.js";

/** A browser copies the file of a download after the click; the address must live that long. */
const ADDRESS_LIVES_MS = 10 * 60 * 1000;
/** So many files of one name are told apart by a number. */
const MAX_NUMBER = 1000;

export class Saving {
  /** Whether a whole folder can be written. */
  get picksFolders() {
    return "showDirectoryPicker" in globalThis;
  }

  /** @param {Blob} blob @param {string} name a safe one */
  download(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), ADDRESS_LIVES_MS);
  }

  /** Ask where to; null when the technician thinks better of it. @returns {Promise<FileSystemDirectoryHandle | null>} */
  async pickFolder() {
    try {
      return await /** @type {any} */ (globalThis).showDirectoryPicker({ mode: "readwrite" });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return null;
      throw error;
    }
  }
}

/**
 * Where the things of one transfer go below a folder: nothing that is there is written over, and what
 * was there before makes the transfer's own things `name (2)`.
 */
export class Destination {
  #root;
  /** What each folder of the transfer is called here. @type {Map<string, FileSystemDirectoryHandle>} */
  #folders = new Map();

  /** @param {FileSystemDirectoryHandle} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {string[]} path of safe names @returns {Promise<FileSystemDirectoryHandle>} */
  async folder(path) {
    if (path.length === 0) return this.#root;
    const key = path.join("/");
    const known = this.#folders.get(key);
    if (known) return known;
    const above = await this.folder(path.slice(0, -1));
    const name = await freeName(above, /** @type {string} */ (path.at(-1)));
    const made = await above.getDirectoryHandle(name, { create: true });
    this.#folders.set(key, made);
    return made;
  }

  /** @param {string[]} path of safe names @param {Blob} blob */
  async write(path, blob) {
    const folder = await this.folder(path.slice(0, -1));
    const name = await freeName(folder, /** @type {string} */ (path.at(-1)));
    const file = await folder.getFileHandle(name, { create: true });
    await blob.stream().pipeTo(await file.createWritable());
  }
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name */
async function freeName(folder, name) {
  for (let number = 1; number <= MAX_NUMBER; number += 1) {
    const tried = number === 1 ? name : numbered(name, number);
    if (!(await taken(folder, tried))) return tried;
  }
  throw new DOMException("there are too many files of this name", "InvalidModificationError");
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name */
async function taken(folder, name) {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return error.name !== "NotFoundError"; // a folder of that name is a mismatch of types
  }
}
