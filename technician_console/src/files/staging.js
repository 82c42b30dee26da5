// Where received files wait until they are saved. In a secure context that is the browser's own disk
// (the origin private file system, written by a worker); elsewhere it is Blobs, which the browser keeps
// on disk when they are large, up to a limit.
import { HashWorker } from "./hash.js";
import { WorkerLine } from "./worker_line.js";

/** @typedef {import("../protocol.js").FileProblem} FileProblem */
/** @typedef {{key: string} & ({length: number} | {problem: FileProblem})} StageNews what is safe of a file, or why it cannot be kept */
/**
 * @typedef {object} Staging
 * @property {boolean} lasts whether what is there survives a reload of the page
 * @property {(news: StageNews) => void} told
 * @property {() => Promise<number>} room bytes that may still come
 * @property {(key: string, size: number) => Promise<number>} open gives the length that is there already
 * @property {(key: string, bytes: Uint8Array<ArrayBuffer>) => void} write what comes next
 * @property {(key: string) => Promise<string>} finish gives the hash of the whole file
 * @property {(key: string) => void} close what is there stays
 * @property {(key: string) => Promise<void>} remove
 * @property {(key: string) => Promise<Blob>} blob a whole file
 * @property {(session: string | null, before: number) => Promise<void>} sweep remove what is of this session, which has
 *   ended, or was last written before a moment (milliseconds since 1970)
 * @property {() => void} stop
 */

export const STAGE_FOLDER = "handrail-files";
/** Without a disk of its own a page holds no more than this. */
export const MAX_BLOB_BYTES = 512 * 1024 * 1024;
const BLOB_BYTES = 8 * 1024 * 1024;
/** Left free for everything else that the browser keeps. */
const SPARE_BYTES = 16 * 1024 * 1024;

/** Why a disk did not take something. @param {unknown} error @returns {FileProblem} */
export const problemOf = (error) =>
  error instanceof Error && error.name === "QuotaExceededError" ? "disk_full" : "not_writable";

/** @param {string} session @param {() => Worker} makeWorker running stage_worker.js @param {() => Worker} makeHasher running hash_worker.js @returns {Staging} */
export const stagingFor = (session, makeWorker, makeHasher) =>
  globalThis.isSecureContext && "getDirectory" in (globalThis.navigator?.storage ?? {})
    ? new DiskStaging(session, makeWorker)
    : new BlobStaging(new HashWorker(makeHasher));

/** @implements {Staging} */
export class DiskStaging {
  #session;
  #makeWorker;
  /** @type {WorkerLine | null} */
  #line = null;
  lasts = true;
  /** @type {(news: StageNews) => void} */
  told = () => {};

  /** @param {string} session @param {() => Worker} makeWorker */
  constructor(session, makeWorker) {
    this.#session = session;
    this.#makeWorker = makeWorker;
  }

  async room() {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    return quota - usage - SPARE_BYTES;
  }

  /** @param {string} key @param {number} size @returns {Promise<number>} */
  open(key, size) {
    return this.#worker.ask("open", { session: this.#session, key, size });
  }

  /** @param {string} key @param {Uint8Array<ArrayBuffer>} bytes theirs from now on, with all of their buffer */
  write(key, bytes) {
    this.#worker.tell("write", { key, bytes }, [bytes.buffer]);
  }

  /** @param {string} key @returns {Promise<string>} */
  finish(key) {
    return this.#worker.ask("finish", { key });
  }

  /** @param {string} key */
  close(key) {
    this.#worker.tell("close", { key });
  }

  /** @param {string} key @returns {Promise<void>} */
  remove(key) {
    return this.#worker.ask("remove", { session: this.#session, key });
  }

  /** @param {string} key */
  async blob(key) {
    const root = await navigator.storage.getDirectory();
    const folder = await (await root.getDirectoryHandle(STAGE_FOLDER)).getDirectoryHandle(this.#session);
    return (await folder.getFileHandle(key)).getFile();
  }

  /** @param {string | null} session @param {number} before @returns {Promise<void>} */
  sweep(session, before) {
    return this.#worker.ask("sweep", { ended: session ? [session] : [], before });
  }

  stop() {
    this.#line?.close();
    this.#line = null;
  }

  get #worker() {
    return (this.#line ??= new WorkerLine(this.#makeWorker(), (news) => this.told(news)));
  }
}

/** @typedef {{blobs: Blob[], parts: Uint8Array<ArrayBuffer>[], partBytes: number, length: number, hash: import("./hash.js").Hash}} BlobFile */

/** @implements {Staging} */
export class BlobStaging {
  #hashes;
  /** @type {Map<string, BlobFile>} */
  #files = new Map();
  lasts = false;
  /** @type {(news: StageNews) => void} */
  told = () => {};

  /** @param {{begin: () => import("./hash.js").Hash, stop: () => void}} hashes */
  constructor(hashes) {
    this.#hashes = hashes;
  }

  async room() {
    return MAX_BLOB_BYTES - this.#kept;
  }

  /** @param {string} key @param {number} size */
  async open(key, size) {
    const known = this.#files.get(key);
    if (known && known.length < size) return known.length;
    this.#files.set(key, { blobs: [], parts: [], partBytes: 0, length: 0, hash: this.#hashes.begin() });
    return 0;
  }

  /** @param {string} key @param {Uint8Array<ArrayBuffer>} bytes */
  write(key, bytes) {
    const file = this.#files.get(key);
    if (!file) return;
    if (this.#kept + bytes.length > MAX_BLOB_BYTES) {
      void this.remove(key);
      return this.told({ key, problem: "disk_full" });
    }
    file.parts.push(bytes);
    file.partBytes += bytes.length;
    file.length += bytes.length;
    if (file.partBytes >= BLOB_BYTES) pack(file);
    void file.hash.add(bytes.slice().buffer);
    this.told({ key, length: file.length });
  }

  /** @param {string} key */
  async finish(key) {
    const file = this.#files.get(key);
    if (!file) throw new Error("there is no such file");
    pack(file);
    return file.hash.end();
  }

  close() {}

  /** @param {string} key */
  async remove(key) {
    this.#files.get(key)?.hash.drop();
    this.#files.delete(key);
  }

  /** @param {string} key */
  async blob(key) {
    return new Blob(this.#files.get(key)?.blobs);
  }

  async sweep() {}

  stop() {
    this.#hashes.stop();
    this.#files.clear();
  }

  get #kept() {
    return [...this.#files.values()].reduce((sum, { length }) => sum + length, 0);
  }
}

/** The pieces become a Blob, which the browser may put on its disk. @param {BlobFile} file */
function pack(file) {
  if (file.parts.length > 0) file.blobs.push(new Blob(file.parts));
  file.parts = [];
  file.partBytes = 0;
}
