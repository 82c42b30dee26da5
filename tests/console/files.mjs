// A connection for files without a browser: a road, a disk in memory, hashes of Node, and files.
import { createHash } from "node:crypto";
import { chosenIn } from "../../technician_console/src/files/gather.js";
import { CHUNK_BYTES } from "../../technician_console/src/protocol.js";

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** What makes hashes in the place of a worker. */
export function nodeHash() {
  const hash = createHash("sha256");
  return { add: async (bytes) => void hash.update(new Uint8Array(bytes)), end: async () => hash.digest("hex"), drop() {} };
}

/** Bytes that are nowhere the same. */
export function noise(size, seed = 1) {
  const bytes = new Uint8Array(size);
  let value = seed;
  for (let at = 0; at < size; at += 1) {
    value = (value * 1103515245 + 12345) % 2147483648;
    bytes[at] = value >> 16;
  }
  return bytes;
}

/** A file of the technician's disk; it counts what was read of it. */
export function paperFile(path, bytes, lastModified = 1) {
  const file = {
    name: path.split("/").at(-1),
    webkitRelativePath: path.includes("/") ? path : "",
    size: bytes.length,
    lastModified,
    reads: [],
    fault: null,
    faultFrom: 0,
    slice: (from, to) => ({
      arrayBuffer: async () => {
        file.reads.push([from, to]);
        if (file.fault && from >= file.faultFrom) throw Object.assign(new Error("gone"), { name: file.fault });
        return bytes.slice(from, to).buffer;
      },
    }),
  };
  return file;
}

export const chosen = (...files) => chosenIn(files);

/** A road on which everything is kept until the test looks. */
export class PaperRoad {
  chunkBytes = CHUNK_BYTES;
  room = Infinity;
  onroom = null;
  chunks = [];

  send(message) {
    this.chunks.push(message);
    return true;
  }
}

/** A disk that is a map, and says what is safe when the test lets it. */
export class PaperStaging {
  lasts = true;
  disk = new Map();
  free = Infinity;
  told = () => {};
  swept = [];
  open_ = new Set();

  async room() {
    return this.free;
  }

  async open(key, size) {
    const there = this.disk.get(key) ?? [];
    this.disk.set(key, there.length > size ? [] : there);
    this.open_.add(key);
    return this.disk.get(key).length;
  }

  write(key, bytes) {
    if (!this.open_.has(key)) return;
    const kept = this.disk.get(key);
    if (kept.length + bytes.length > this.free) return this.told({ key, problem: "disk_full" });
    for (const byte of bytes) kept.push(byte);
    this.told({ key, length: kept.length });
  }

  async finish(key) {
    this.open_.delete(key);
    return sha256(Uint8Array.from(this.disk.get(key)));
  }

  close(key) {
    this.open_.delete(key);
  }

  async remove(key) {
    this.disk.delete(key);
  }

  async blob(key) {
    return new Blob([Uint8Array.from(this.disk.get(key))]);
  }

  async sweep(...about) {
    this.swept.push(about);
  }

  stop() {}
}

/** Everything that was promised has been done. */
export async function settled() {
  for (let round = 0; round < 30; round += 1) await new Promise((done) => setImmediate(done));
}
