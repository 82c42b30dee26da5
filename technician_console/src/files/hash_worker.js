// Hashes files piece by piece, off the page.
import { Sha256 } from "./sha256.js";
import { WholeSha256 } from "./whole_sha256.js";
import { serve } from "./worker_line.js";

/** @type {Map<number, Sha256 | WholeSha256>} */
const hashes = new Map();

serve(/** @type {any} */ (globalThis), {
  begin: ({ hash, bytes }) => void hashes.set(hash, WholeSha256.fits(bytes) ? new WholeSha256(bytes) : new Sha256()),
  add: ({ hash, bytes }) => void hashes.get(hash)?.update(new Uint8Array(bytes)),
  end: ({ hash }) => {
    const found = hashes.get(hash);
    hashes.delete(hash);
    return found?.hex();
  },
  drop: ({ hash }) => void hashes.delete(hash),
});
