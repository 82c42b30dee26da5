/** Types of the vendored bundle, for `tsc --checkJs` only. */
export * from "lit";
export { repeat } from "lit/directives/repeat.js";
export { live } from "lit/directives/live.js";
export { ref, createRef } from "lit/directives/ref.js";
