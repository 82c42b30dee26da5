// Makes the logo of whatever picture an admin has: drawn anew, small, as the plain PNG that the broker takes.
import { MAX_LOGO_BYTES } from "./protocol.js";

/** From the largest side on, in pixels, until the file is small enough. */
const SIDES = [256, 192, 128, 96, 64];

/** The picture as base64 of a PNG; null when the browser cannot read it. @param {Blob} file @returns {Promise<string | null>} */
export async function logoFrom(file) {
  const url = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    for (const side of SIDES) {
      const png = await drawn(picture, side);
      if (png && png.size <= MAX_LOGO_BYTES) return base64(new Uint8Array(await png.arrayBuffer()));
    }
    return null;
  } catch (problem) {
    if (problem instanceof DOMException) return null;
    throw problem;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {HTMLImageElement} picture @param {number} side @returns {Promise<Blob | null>} */
function drawn(picture, side) {
  const width = picture.naturalWidth || side;
  const height = picture.naturalHeight || side;
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** @param {Uint8Array} bytes */
const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
