// How good the connection is, in one line: round trip, frames, bitrate and the way it takes.
import { css, html, nothing } from "../../../static/vendor/lit.js";
import { formatNumber, t } from "../i18n.js";
import { View } from "./base.js";
import { shared } from "./styles.js";

export class QualityLine extends View {
  static properties = { quality: { attribute: false } };
  static styles = [
    ...shared,
    css`
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.9rem;
        color: var(--muted);
        font-size: 0.85rem;
        font-variant-numeric: tabular-nums;
      }
      div {
        min-width: max-content;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").Quality | null} */
    this.quality = null;
  }

  render() {
    if (!this.quality) return nothing;
    const { roundTripMs, framesPerSecond, kilobitsPerSecond, path } = this.quality;
    return html`<dl>
      ${fact(t("quality.round_trip"), roundTripMs === null ? null : t("quality.ms", { count: Math.round(roundTripMs) }))}
      ${fact(t("quality.frames"), framesPerSecond === null ? null : t("quality.fps", { count: Math.round(framesPerSecond) }))}
      ${fact(t("quality.bitrate"), kilobitsPerSecond === null ? null : bitrate(kilobitsPerSecond))}
      ${fact(t("quality.path"), path && t(`quality.${path}`))}
    </dl>`;
  }
}

/** @param {string} name @param {string | null} value */
const fact = (name, value) =>
  value ? html`<div title=${name}><dt class="visually-hidden">${name}</dt><dd>${value}</dd></div>` : nothing;

/** @param {number} kilobits per second */
function bitrate(kilobits) {
  if (kilobits < 1000) return t("quality.kbit", { amount: formatNumber(kilobits, { maximumFractionDigits: 0 }) });
  return t("quality.mbit", { amount: formatNumber(kilobits / 1000, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) });
}

customElements.define("hr-quality", QualityLine);
