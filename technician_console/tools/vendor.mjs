/**
 * Writes the libraries and icons that the browser pages use into `static/`, from the versions that
 * package-lock.json pins. Run by hand when a version changes (`npm run vendor`); the output is
 * committed, so that the console runs without a build step.
 */
import { build } from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const STATIC = fileURLToPath(new URL("../../static", import.meta.url));
const MODULES = `${ROOT}node_modules`;

const ICONS = [
  "check", "chevron-left", "circle-alert", "clipboard-copy", "clock", "copy", "expand", "eye",
  "fullscreen", "history", "image-off", "info", "keyboard", "lock", "log-out", "message-square",
  "monitor", "minus", "mouse-pointer-2", "pause", "phone", "plus", "refresh-cw", "scaling", "search", "send",
  "shield-check", "terminal", "ticket", "triangle-alert", "user", "wifi", "wifi-off", "x", "download",
  "pointer", "move-up-right", "map-pin", "pencil", "pin", "eraser", "file", "file-up", "file-down", "folder",
  "folder-up", "folder-down", "play", "rotate-cw", "save", "trash-2", "upload",
];

/** @param {string} name */
async function versionOf(name) {
  return JSON.parse(await readFile(`${MODULES}/${name}/package.json`, "utf8")).version;
}

/** What a library is called in static/vendor. @param {string} name */
const fileOf = (name) => name.replace("-generator", "").replace(/^@(\w+)\//, "$1-");

/** @param {string} name @param {string} entry @param {string} licence */
async function bundle(name, entry, licence) {
  const version = await versionOf(name);
  await build({
    stdin: { contents: entry, resolveDir: ROOT },
    outfile: `${STATIC}/vendor/${fileOf(name)}.js`,
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    legalComments: "none",
    banner: { js: `/* ${name} ${version}, bundled by technician_console/tools/vendor.mjs. Licence: ${licence} */` },
  });
  return { name, version, licence };
}

async function lit() {
  await copyFile(`${MODULES}/lit/LICENSE`, `${STATIC}/vendor/lit.LICENSE`);
  const entry =
    'export * from "lit"; export { repeat } from "lit/directives/repeat.js";' +
    'export { live } from "lit/directives/live.js"; export { ref, createRef } from "lit/directives/ref.js";';
  return bundle("lit", entry, "lit.LICENSE (BSD-3-Clause)");
}

/** The package carries its licence only as the opening comment of its source. */
async function qrcode() {
  const source = await readFile(`${MODULES}/qrcode-generator/dist/qrcode.mjs`, "utf8");
  const opening = source.slice(0, 1500).split("\n").filter((line) => /^\s*\/\//.test(line)).slice(0, 15);
  const mit = await readFile(`${ROOT}tools/mit.txt`, "utf8");
  await writeFile(`${STATIC}/vendor/qrcode.LICENSE`, `${opening.join("\n")}\n\n${mit}`);
  return bundle("qrcode-generator", 'export { qrcode, default } from "qrcode-generator";', "qrcode.LICENSE (MIT)");
}

async function fflate() {
  await copyFile(`${MODULES}/fflate/LICENSE`, `${STATIC}/vendor/fflate.LICENSE`);
  return bundle("fflate", 'export { unzlibSync } from "fflate";', "fflate.LICENSE (MIT)");
}

async function nobleHashes() {
  await copyFile(`${MODULES}/@noble/hashes/LICENSE`, `${STATIC}/vendor/noble-hashes.LICENSE`);
  const entry = 'export { sha256 } from "@noble/hashes/sha2.js"; export { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";';
  return bundle("@noble/hashes", entry, "noble-hashes.LICENSE (MIT)");
}

async function uplot() {
  await copyFile(`${MODULES}/uplot/LICENSE`, `${STATIC}/vendor/uplot.LICENSE`);
  return bundle("uplot", 'export { default } from "uplot";', "uplot.LICENSE (MIT)");
}

async function icons() {
  await mkdir(`${STATIC}/icons/lucide`, { recursive: true });
  for (const icon of ICONS) {
    await copyFile(`${MODULES}/lucide-static/icons/${icon}.svg`, `${STATIC}/icons/lucide/${icon}.svg`);
  }
  await copyFile(`${MODULES}/lucide-static/LICENSE`, `${STATIC}/icons/lucide/LICENSE`);
  return { name: "lucide-static", version: await versionOf("lucide-static"), licence: "../icons/lucide/LICENSE (ISC)" };
}

await mkdir(`${STATIC}/vendor`, { recursive: true });
const vendored = [await lit(), await qrcode(), await fflate(), await nobleHashes(), await uplot(), await icons()];
const rows = vendored.map((row) => `| ${row.name} | ${row.version} | ${row.licence} |`).join("\n");
await writeFile(
  `${STATIC}/vendor/README.md`,
  `# Vendored browser libraries\n\nWritten by \`npm run vendor\` in \`technician_console/\`; do not edit.\n\n| library | version | licence |\n|---|---|---|\n${rows}\n`,
);
