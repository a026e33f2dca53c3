// Payloads as text: the inverse of payloads.py, series.py and pictures.py.

import { drawn } from "./drawn.js";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%/()*+-;,=.?@^_`{|}~"; // RFC 1924 without markup
const DIGITS = new Uint8Array(128).map((_, code) => Math.max(0, ALPHABET.indexOf(String.fromCharCode(code))));
const UNIT = 256; // predictions of a series are in multiples of 1/256
const MISSING = 65535; // NaN in a series, zigzag
const LARGE = 15; // in place of a number of steps that half a byte has no room for
const STEPS = 63; // of a picture, from 0 to its largest |value|

// Return a payload, {json, arrays: {name: {shape, data, last: its last slice}}}; an array is decoded when its data is first
// read, but the last slice of a series without the others.
export async function unpack(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const arrays = {};
  let at = 4 + length;
  for (const entry of head.arrays) {
    const size = sizeOf(entry);
    arrays[entry.name] = lazy(entry, bytes.subarray(at, at + size));
    at += size;
  }
  return { json: byRow(head.json), arrays };
}

// Return the bytes of a text in base 85: five letters are four bytes, the highest first.
function bytesOf(text) {
  const count = Math.floor((text.length * 4) / 5);
  const bytes = new Uint8Array(count + 4); // with room for the rest of the last word
  const padded = text.padEnd(5 * Math.ceil(text.length / 5), "~"); // the highest digit
  const digit = (i) => DIGITS[padded.charCodeAt(i)];
  for (let i = 0, at = 0; i < padded.length; i += 5, at += 4) {
    const word = (((digit(i) * 85 + digit(i + 1)) * 85 + digit(i + 2)) * 85 + digit(i + 3)) * 85 + digit(i + 4);
    [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] = [word >>> 24, word >>> 16, word >>> 8, word];
  }
  return bytes.subarray(0, count);
}

const countOf = (shape) => shape.reduce((product, side) => product * side, 1);

function sizeOf({ kind, shape, large, start }) {
  const count = countOf(shape);
  if (kind === "pictures") return 4 * shape[0] + count;
  if (kind !== "series") return kind === "u1" ? count : 4 * count;
  const [each, between] = [countOf(shape.slice(1)), Math.max(0, shape[0] - 2)];
  return 4 * each * (shape[0] - between - (start ? 1 : 0)) + 4 * between + Math.ceil((between * each) / 2) + 2 * large;
}

function lazy(entry, bytes) {
  let [decoded, end] = [null, null];
  const each = countOf(entry.shape.slice(1));
  return {
    shape: entry.shape,
    get data() { return (decoded ??= decode(entry, bytes)); },
    get last() { return (end ??= (entry.kind === "series" && !decoded ? endsOf(entry, bytes) : this.data).slice(-each)); },
  };
}

function decode(entry, bytes) {
  if (entry.kind === "u1") return bytes;
  if (entry.kind === "i4") return new Int32Array(bytes.slice().buffer);
  return { f4: floats, series, pictures }[entry.kind](bytes, countOf(entry.shape), entry);
}

// Return float32 numbers from their planes of bytes, the lowest first.
function floats(bytes, count) {
  const bits = new Uint32Array(count);
  for (let plane = 0, from = 0; plane < 4; plane++) for (let i = 0; i < count; i++) bits[i] |= bytes[from++] << (8 * plane);
  return new Float32Array(bits.buffer);
}

// Return the slices before, between and after all pairs of slices, as of series.order.
function order(count) {
  const [gaps, triples] = [[[0, count - 1]], []];
  for (const [before, after] of gaps) {
    if (after - before < 2) continue;
    const middle = (before + after) >> 1;
    triples.push([before, middle, after]);
    gaps.push([before, middle], [middle, after]);
  }
  return triples;
}

// Return the slices at the ends of a series that are stored: both, or the last if the first is drawn again.
function endsOf({ shape, start }, bytes) {
  return floats(bytes, countOf(shape.slice(1)) * (Math.min(2, shape[0]) - (start ? 1 : 0)));
}

// Return a series: both ends are exact, and each slice between is predicted from two others and corrected by steps.
function series(bytes, count, entry) {
  const { shape: [slices, ...rest], step, large, start } = entry;
  const each = countOf(rest);
  const between = Math.max(0, slices - 2);
  const ends = endsOf(entry, bytes);
  const head = 4 * ends.length;
  const factors = new DataView(bytes.buffer, bytes.byteOffset + head, 4 * between);
  const codes = codesOf(bytes.subarray(head + 4 * between), between * each, large);
  const values = new Float32Array(count);
  values.set(start ? drawn(start, each) : ends.subarray(0, each));
  values.set(ends.subarray(ends.length - each), count - each);
  const missing = [];
  order(slices).forEach(([before, middle, after], row) => {
    const [a, b] = [factors.getInt16(4 * row, true) / UNIT, factors.getInt16(4 * row + 2, true) / UNIT];
    const [from, to, out] = [before * each, after * each, middle * each];
    for (let i = 0, at = row * each; i < each; i++, at++) {
      const code = codes[at];
      if (code === MISSING) missing.push(out + i);
      else values[out + i] = a * known(values[from + i]) + b * known(values[to + i]) + ((code >>> 1) ^ -(code & 1)) * step;
    }
  });
  for (const at of missing) values[at] = NaN;
  return values;
}

// Return numbers of steps, zigzag: two in a byte, the earlier one in its lower half; those of 15 or more come after all.
function codesOf(bytes, count, large) {
  const codes = new Uint16Array(count);
  for (let at = 0, low = Math.ceil(count / 2); at < count; at++) {
    codes[at] = (bytes[at >> 1] >> (4 * (at & 1))) & 15;
    if (codes[at] === LARGE) codes[at] = bytes[low] | (bytes[large + low++] << 8);
  }
  return codes;
}

const known = (value) => (Number.isFinite(value) ? value : 0); // what a prediction uses

// Return images, each in steps of 1/63 of its largest |value|, from differences to the plane through their neighbors.
function pictures(bytes, count, { shape: [images, channels, height, width] }) {
  const largest = floats(bytes, images);
  const values = new Float32Array(count);
  const above = new Int32Array(width);
  for (let plane = 0, at = 0; plane < images * channels; plane++) {
    const scale = largest[Math.floor(plane / channels)] / STEPS;
    above.fill(0);
    for (let row = 0; row < height; row++) for (let col = 0, left = 0; col < width; col++, at++) {
      left += bytes[4 * images + at];
      above[col] = (above[col] + left) & 255;
      values[at] = above[col] === 128 ? NaN : ((above[col] << 24) >> 24) * scale;
    }
  }
  return values;
}

// Return JSON with the cells of every table by row; in a payload they are by column.
function byRow(content) {
  if (content === null || typeof content !== "object" || Array.isArray(content)) return content;
  if (Array.isArray(content.cells) && Array.isArray(content.columns)) {
    const rows = Array.from({ length: content.cells[0]?.length ?? 0 }, (_, row) => content.cells.map((column) => column[row]));
    return { columns: content.columns, rows };
  }
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, byRow(value)]));
}
