// Hashes files piece by piece, off the page.
import { bytesToHex, sha256 } from "../../../static/vendor/noble-hashes.js";
import { serve } from "./worker_line.js";

/** @type {Map<number, import("../../../static/vendor/noble-hashes.js").Hash>} */
const hashes = new Map();

serve(/** @type {any} */ (globalThis), {
  begin: ({ hash }) => void hashes.set(hash, sha256.create()),
  add: ({ hash, bytes }) => void hashes.get(hash)?.update(new Uint8Array(bytes)),
  end: ({ hash }) => {
    const digest = hashes.get(hash)?.digest();
    hashes.delete(hash);
    return digest && bytesToHex(digest);
  },
  drop: ({ hash }) => void hashes.delete(hash),
});
