// What the end user must run or download, worked out from what the broker offers. Pure.

/** @typedef {import("/console/src/protocol.js").ClientPackage} ClientPackage */
/** @typedef {"linux" | "windows" | "macos"} System */

/**
 * The system a browser runs on, as far as it says so.
 * @param {string} userAgent
 * @returns {System}
 */
export function systemOf(userAgent) {
  if (/Windows/.test(userAgent)) return "windows";
  return /Mac OS|Macintosh/.test(userAgent) ? "macos" : "linux";
}

/**
 * What starts a client that is installed already.
 * @param {string} code 12 digits
 * @param {string} origin the broker's, as `https://help.example.org`
 */
export const installedCommand = (code, origin) => `handrail-client ${code} --broker ${origin}`;

/**
 * The commands that fetch a Python package from the broker and start the client in it.
 * @param {ClientPackage} wheel
 * @param {string} code
 * @param {string} origin
 * @param {System} system PowerShell and POSIX shells both take single quotes literally
 */
export function wheelCommands(wheel, code, origin, system) {
  const url = new URL(wheel.url, origin).href;
  const source = quoted(`handrail[client] @ ${url}`, system);
  const client = installedCommand(code, origin);
  return { pipx: `pipx run --spec ${source} ${client}`, uvx: `uvx --from ${source} ${client}` };
}

/** @param {string} text @param {System} system */
const quoted = (text, system) => (system === "windows" ? `'${text.replaceAll("'", "''")}'` : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * The offers sorted by use: a program for this system, programs for others, a wheel for any.
 * @param {ClientPackage[]} packages
 * @param {System} system
 */
export function sortOffers(packages, system) {
  const programs = packages.filter((offer) => offer.platform !== "any");
  return {
    program: programs.find((offer) => offer.platform === system) ?? null,
    others: programs.filter((offer) => offer.platform !== system),
    wheel: packages.find((offer) => offer.platform === "any" && offer.file_name.endsWith(".whl")) ?? null,
  };
}
