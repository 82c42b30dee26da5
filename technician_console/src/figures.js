// The figures of the picture in words: which there are, what each says now, and what it means.
import { formatNumber, t } from "./i18n.js";

/** @typedef {import("./session.js").LiveState} LiveState */
/** @typedef {{ name: string, value: string, hint: string }} Figure */

const UNKNOWN = "–";

/** What a technician looks at first. @param {LiveState} live @returns {{ name: string, value: string }[]} */
export const shortFigures = ({ quality }) => [
  { name: t("quality.delay_short"), value: milliseconds(quality?.delayMs ?? null) },
  { name: t("quality.round_trip"), value: milliseconds(quality?.roundTripMs ?? null) },
  { name: t("quality.bitrate"), value: bitrate(quality?.kilobitsPerSecond ?? null) },
];

/** All of them. @param {LiveState} live @returns {Figure[]} */
export const figuresOf = ({ quality, made, screen }) => [
  figure("delay", milliseconds(quality?.delayMs ?? null)),
  figure("round_trip", milliseconds(quality?.roundTripMs ?? null)),
  figure("exact", percent(made?.exact_share)),
  figure("frames", frameRate(quality?.framesPerSecond ?? null)),
  figure("bitrate", bitrate(quality?.kilobitsPerSecond ?? null)),
  figure("limit", bitrate(made?.target_kbps || null)),
  figure("screen", size(screen)),
  figure("video", size(made)),
  figure("codec", [quality?.codec, made?.encoder].filter(Boolean).join(" · ") || UNKNOWN),
  figure("path", quality?.path ? t(`way_short.${quality.path}`) : UNKNOWN),
];

/** @param {string} key @param {string} value @returns {Figure} */
const figure = (key, value) => ({ name: t(`quality.${key}`), value, hint: t(`quality_hint.${key}`) });

/** @param {number | null} count */
const milliseconds = (count) => (count === null ? UNKNOWN : t("quality.ms", { count: Math.round(count) }));

/** @param {number | null} count */
const frameRate = (count) => (count === null ? UNKNOWN : t("quality.fps", { count: Math.round(count) }));

/** @param {number | undefined} share */
const percent = (share) => (share === undefined ? UNKNOWN : formatNumber(share, { style: "percent" }));

/** @param {{ width: number, height: number } | null} pixels */
const size = (pixels) => (pixels?.width ? t("quality.size", { width: `${pixels.width}`, height: `${pixels.height}` }) : UNKNOWN);

/** @param {number | null} kilobits per second */
function bitrate(kilobits) {
  if (kilobits === null) return UNKNOWN;
  if (kilobits < 1000) return t("quality.kbit", { amount: formatNumber(kilobits, { maximumFractionDigits: 0 }) });
  return t("quality.mbit", { amount: formatNumber(kilobits / 1000, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) });
}
