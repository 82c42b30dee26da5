// Makes texts that others wrote harmless to show: what they say, and nothing that only pretends. Pure;
// the Python twin is client/plain_text.py, and both keep to tests/vectors/plain_text.json.

const LINE_END = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;
/** `NOT_IN_NAMES` of broker/protocol/vocabulary.py but for tab and line feed, halves of characters, and marks of annotation. */
const STEERS = /(?![\n\t])[\p{Cc}\p{Surrogate}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffc]/gu;

/** A text with its lines, without characters that steer how it is shown. @param {string} text */
export const manyLines = (text) => text.replace(LINE_END, "\n").replace(STEERS, "");
