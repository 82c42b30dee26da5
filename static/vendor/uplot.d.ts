/** Types of the vendored bundle, for `tsc --checkJs` only: what the console uses of it. */
export default class uPlot {
  constructor(options: object, data: (number | null)[][], target: Element);
  setSize(size: { width: number; height: number }): void;
  destroy(): void;
  static paths: { bars(options: { size?: [number, number]; align?: -1 | 0 | 1 }): (...args: unknown[]) => object };
}
