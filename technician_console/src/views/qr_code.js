// A text as a QR code, drawn as one SVG path.
import { css, html } from "../../../static/vendor/lit.js";
import { qrcode } from "../../../static/vendor/qrcode.js";
import { View } from "./base.js";

/** Modules of white around the code (ISO/IEC 18004 asks for four). */
const QUIET = 4;

export class QrCode extends View {
  static properties = { text: {}, label: {} };
  static styles = css`
    :host {
      display: block;
    }
    svg {
      display: block;
      width: 100%;
      height: auto;
      border-radius: var(--radius-small);
      background: #fff;
    }
  `;

  constructor() {
    super();
    this.text = "";
    this.label = "";
  }

  render() {
    const code = qrcode(0, "M");
    code.addData(this.text);
    code.make();
    const side = code.getModuleCount() + 2 * QUIET;
    return html`<svg viewBox="0 0 ${side} ${side}" role="img" aria-label=${this.label} shape-rendering="crispEdges">
      <path fill="#000" d=${pathOf(code)} />
    </svg>`;
  }
}

/** @param {{getModuleCount: () => number, isDark: (row: number, column: number) => boolean}} code */
function pathOf(code) {
  const indices = [...Array(code.getModuleCount()).keys()];
  return indices
    .flatMap((row) => indices.filter((column) => code.isDark(row, column)).map((column) => square(row, column)))
    .join("");
}

/** @param {number} row @param {number} column */
const square = (row, column) => `M${column + QUIET} ${row + QUIET}h1v1h-1z`;

customElements.define("hr-qr-code", QrCode);
