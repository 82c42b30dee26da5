/** Types of the vendored bundle, for `tsc --checkJs` only. */
export { unzlibSync } from "fflate";
