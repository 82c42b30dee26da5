/** Types of the vendored bundle, for `tsc --checkJs` only. */
export interface Hash {
  update(bytes: Uint8Array): Hash;
  digest(): Uint8Array;
}
export const sha256: { (bytes: Uint8Array): Uint8Array; create(): Hash };
export function bytesToHex(bytes: Uint8Array): string;
export function utf8ToBytes(text: string): Uint8Array;
