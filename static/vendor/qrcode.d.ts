/** Types of the vendored bundle, for `tsc --checkJs` only. */
export { qrcode, default } from "qrcode-generator";
