/** Run from the repository's root (see package.json), so that the join page and the tests are in reach. */
import js from "@eslint/js";
import globals from "globals";

const NETWORK = [
  { group: ["**/signaling.js", "**/peer.js", "**/rtc_way.js", "**/relay/*.js"], message: "Views and input modules emit; they never reach the network." },
  { group: ["**/api.js"], message: "Views and input modules emit; they never reach the network." },
];

/** Each browser door to the network has exactly one user (architecture.md). */
const DOORS = {
  fetch: ["**/src/api.js"],
  WebSocket: ["**/src/signaling.js", "**/src/relay/pipe.js"],
  RTCPeerConnection: ["**/src/rtc_way.js", "**/src/preflight.js"],
};

/** @param {string} name */
const restricted = (name) => ["error", ...Object.keys(DOORS).filter((door) => door !== name)];

export default [
  { ignores: ["**/node_modules/**", "**/static/vendor/**"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-implicit-globals": "error",
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
      "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }, { property: "insertAdjacentHTML" }],
    },
  },
  {
    files: ["**/src/**/*.js", "**/static/join/*.js"],
    languageOptions: { globals: globals.browser },
    rules: { "no-restricted-globals": restricted("none"), "no-console": "error" },
  },
  ...Object.entries(DOORS).map(([door, files]) => ({
    files,
    rules: { "no-restricted-globals": restricted(door) },
  })),
  {
    files: ["**/src/views/**/*.js", "**/src/admin/**/*.js", "**/src/input/**/*.js"],
    rules: { "no-restricted-imports": ["error", { patterns: NETWORK }] },
  },
  {
    files: ["**/src/session.js", "**/src/join_code.js", "**/src/router.js", "**/src/channels/chat.js", "**/src/rights_talk.js"],
    languageOptions: { globals: {} },
    rules: {
      "no-restricted-globals": ["error", ...["window", "document", "location", "navigator", "localStorage", "sessionStorage", "setTimeout", "setInterval", "Date", "crypto", ...Object.keys(DOORS)]],
    },
  },
  { files: ["**/src/protocol.js"], rules: { "max-lines": "off" } },
  {
    files: ["**/tools/**/*.mjs", "**/tests/console/**/*.mjs"],
    languageOptions: { globals: globals.node },
    rules: { "max-lines-per-function": "off" },
  },
];
