// The page's end of a line to a worker of files: questions with their answers, and what the worker tells
// unasked. The worker's end is `serve`, which does one thing after the other in the order they came.

/** @typedef {Pick<Worker, "postMessage" | "terminate" | "onmessage">} WorkerLike */

export class WorkerLine {
  #worker;
  #last = 0;
  /** @type {Map<number, {done: (value: any) => void, failed: (error: Error) => void}>} */
  #waiting = new Map();

  /** @param {WorkerLike} worker @param {(told: any) => void} [told] hears what the worker says unasked */
  constructor(worker, told = () => {}) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => ("told" in data ? told(data.told) : this.#answered(data));
  }

  /**
   * @param {string} what
   * @param {object} [about]
   * @param {Transferable[]} [given] these are the worker's from now on
   * @returns {Promise<any>} rejects with an error of the name that the worker's had
   */
  ask(what, about = {}, given = []) {
    this.#last += 1;
    const id = this.#last;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#worker.postMessage({ id, what, about }, given);
    });
  }

  /** Without an answer. @param {string} what @param {object} about @param {Transferable[]} [given] */
  tell(what, about, given = []) {
    this.#worker.postMessage({ id: null, what, about }, given);
  }

  close() {
    this.#worker.terminate();
  }

  /** @param {{id: number, value?: any, error?: {name: string, message: string}}} answer */
  #answered({ id, value, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.failed(Object.assign(new Error(error.message), { name: error.name }));
    else waiting?.done(value);
  }
}

/**
 * @param {{onmessage: any, postMessage: (message: any) => void}} scope the worker's own
 * @param {Record<string, (about: any) => any>} answers what each question is answered with
 */
export function serve(scope, answers) {
  let before = Promise.resolve();
  scope.onmessage = (/** @type {MessageEvent} */ { data }) => {
    before = before.then(() => answer(scope, answers, data));
  };
}

/**
 * @param {{postMessage: (message: any) => void}} scope
 * @param {Record<string, (about: any) => any>} answers
 * @param {{id: number | null, what: string, about: any}} question
 */
async function answer(scope, answers, { id, what, about }) {
  try {
    const value = await answers[what]?.(about);
    if (id !== null) scope.postMessage({ id, value });
  } catch (error) {
    if (id === null || !(error instanceof Error)) throw error;
    scope.postMessage({ id, error: { name: error.name, message: error.message } });
  }
}
