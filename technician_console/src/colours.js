// Whether text is read on a colour, as the broker decides it (broker/protocol/colours.py; WCAG 2.2, 1.4.3).

const TEXT_CONTRAST = 4.5;
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
const WASH = 0.88;
const STEPS = 40;

/** @param {string} colour as `#rrggbb` */
const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** @param {number[]} colour @param {number[]} into @param {number} part */
const mix = (colour, into, part) => colour.map((value, at) => Math.round(value + (into[at] - value) * part));

/** @param {number[]} colour */
function luminance(colour) {
  const [red, green, blue] = colour.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {number[]} one @param {number[]} other */
function contrast(one, other) {
  const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}

/** The contrast that text has at worst with this colour: on white, on its wash, and white on it. @param {number[]} colour */
const worst = (colour) => Math.min(contrast(colour, WHITE), contrast(colour, mix(colour, WHITE, WASH)));

/** The contrast at worst, from 1 to 21. @param {string} colour */
export const contrastOf = (colour) => worst(channels(colour));

/** @param {string} colour */
export const readable = (colour) => contrastOf(colour) >= TEXT_CONTRAST;

/** The nearest darker colour on which text is read; itself when it is. @param {string} colour */
export function darkened(colour) {
  for (let step = 0; step < STEPS; step += 1) {
    const darker = mix(channels(colour), BLACK, step / STEPS);
    if (worst(darker) >= TEXT_CONTRAST) return `#${darker.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
  }
  return "#000000";
}
