// How large a PNG says that it is, before anybody unpacks it: a few KiB may become gigabytes. Pure.

/** Where the width and the height are: IHDR always comes first (ISO/IEC 15948, 5.6). */
const SIZE_AT = 16;
const HEAD_BYTES = SIZE_AT + 8;

/** @param {Uint8Array} png @returns {{ width: number, height: number } | null} null when it is cut short */
export function sizeOf(png) {
  if (png.length < HEAD_BYTES) return null;
  const head = new DataView(png.buffer, png.byteOffset + SIZE_AT);
  return { width: head.getUint32(0), height: head.getUint32(4) };
}

/** The same of one in base64. @param {string} text @returns {{ width: number, height: number } | null} */
export function sizeInBase64(text) {
  try {
    const head = atob(text.slice(0, (HEAD_BYTES / 3) * 4));
    return sizeOf(Uint8Array.from(head, (byte) => byte.charCodeAt(0)));
  } catch {
    return null; // not base64
  }
}
