// Names of files as they may be written to a disk, whatever the other side calls them. Pure; the Python
// twin is client/files/names.py, and both keep to tests/vectors/file_names.json.

/** Bytes of UTF-8 that a file system takes in one name. */
export const MAX_NAME_BYTES = 255;
/** A longer ending is no extension, and is cut like the rest. */
const MAX_EXTENSION_BYTES = 32;
/** What a name is called that has nothing left. */
const NAMELESS = "file";

/**
 * What no name holds: controls, line separators and marks of direction (`NOT_IN_NAMES` of
 * broker/protocol/vocabulary.py), halves of characters, and what Windows keeps for itself; among
 * these the separators, and `:`, which names an alternate data stream.
 */
// eslint-disable-next-line no-control-regex -- controls are what it is about
const UNFIT = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\p{Surrogate}<>:"/\\|?*]/gu;
/** Windows opens the device, whatever follows the first dot ("Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³]) *(\.|$)/i;

/** A name for the disk: no path, not hidden, no device, not too long. @param {string} name */
export function safeName(name) {
  const plain = name.replace(UNFIT, "_").replace(/^ +|[. ]+$/g, "").replace(/^\.+/, "_");
  if (plain === "") return NAMELESS;
  return fitted(DEVICE.test(plain) ? `_${plain}` : plain, "");
}

/** The same name for another file: `name (2).ext`. @param {string} name a safe one @param {number} number */
export const numbered = (name, number) => fitted(name, ` (${number})`);

/** The name with `mark` before its extension, cut so that it fits. @param {string} name @param {string} mark */
function fitted(name, mark) {
  const [stem, extension] = parted(name);
  const room = MAX_NAME_BYTES - bytesOf(mark + extension);
  return (bytesOf(stem) > room ? cut(stem, room).replace(/[. ]+$/, "") : stem) + mark + extension;
}

/** The stem, and the extension with its dot. @param {string} name @returns {[string, string]} */
function parted(name) {
  const dot = name.lastIndexOf(".");
  const extension = name.slice(dot);
  return dot <= 0 || bytesOf(extension) > MAX_EXTENSION_BYTES ? [name, ""] : [name.slice(0, dot), extension];
}

/** As many whole characters as fit. @param {string} text @param {number} room bytes */
function cut(text, room) {
  let kept = "";
  for (const character of text) {
    room -= bytesOf(character);
    if (room < 0) break;
    kept += character;
  }
  return kept;
}

/** Bytes of UTF-8. @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text).length;
