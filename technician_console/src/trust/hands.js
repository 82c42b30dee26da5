// The hands of this browser's sessions, in IndexedDB: the only place where a page can keep a certificate and
// a key that nobody can read out. A browser that keeps nothing has them for as long as the page.
import { makeHand } from "./hand.js";

/** @typedef {import("./hand.js").Hand} Hand */

const DATABASE = "handrail-trust";
const STORE = "hands";
/** Longer than any session, for those whose end no page saw. */
const FORGOTTEN_AFTER_MS = 24 * 3600 * 1000;

export class Hands {
  #makeCertificate;
  #now;
  /** @type {Promise<IDBDatabase> | null} */
  #database = null;

  /** @param {() => Promise<RTCCertificate>} makeCertificate @param {() => number} [now] milliseconds since 1970 */
  constructor(makeCertificate, now = Date.now) {
    this.#makeCertificate = makeCertificate;
    this.#now = now;
  }

  /** The one there is, or a new one, which is kept. @param {string} key whose, in which session @returns {Promise<Hand>} */
  async take(key) {
    await this.#sweep();
    const kept = /** @type {Hand | undefined} */ (await this.#do("readonly", (store) => store.get(key)));
    if (kept && kept.certificate.expires > this.#now()) return kept;
    const hand = await makeHand(this.#makeCertificate, this.#now());
    await this.keep(key, hand);
    return hand;
  }

  /** @param {string} key @param {Hand} hand */
  async keep(key, hand) {
    await this.#do("readwrite", (store) => store.put(hand, key));
  }

  /** @param {string} key */
  async forget(key) {
    await this.#do("readwrite", (store) => store.delete(key));
  }

  async #sweep() {
    const keys = (await this.#do("readonly", (store) => store.getAllKeys())) ?? [];
    for (const key of keys) {
      const hand = await this.#do("readonly", (store) => store.get(key));
      if (hand.madeAt < this.#now() - FORGOTTEN_AFTER_MS) await this.forget(String(key));
    }
  }

  /**
   * What the request gives, once it is safe; undefined in a browser that keeps nothing.
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
   * @returns {Promise<T | undefined>}
   */
  async #do(mode, ask) {
    let database;
    try {
      database = await (this.#database ??= open());
    } catch {
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
