// Fresh random ids. `crypto.randomUUID` exists only in a secure context, and a broker on a LAN may
// be reached by plain http; `getRandomValues` is there always.

/** 32 hexadecimal digits from 16 random bytes: fit for a PeerId and a ChatId. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
