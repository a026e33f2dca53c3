// Numbers as text.

import { OVERVIEW } from "./data.js";

export const LEVEL = OVERVIEW.p.level; // the largest significant p

// Return a number as a label, with three significant digits and a true minus sign.
export function label(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (typeof value !== "number") return String(value);
  const text = value === 0 ? "0" : Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6 ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 1);
  return text.replace(/-/g, "−");
}

// Return a number with so many digits behind the point and a true minus sign.
export const fixed = (value, digits = 2) => (value === null || value === undefined ? "–" : value.toFixed(digits).replace("-", "−"));

export const percent = (value) => (Number.isFinite(value) ? `${fixed(100 * value, 1)} %` : "–");
export const plural = (count, word) => (count === 1 ? word : `${word}s`);

// Return the decay factor that goes with what is left of the start; without a factor that is an estimate.
export const decayNote = (factor) => (factor === null || factor === undefined ? " (an estimate)" : ` (decay factor ${label(factor, 2)})`);

export function pValue(p) {
  const { smallest, least } = OVERVIEW.p;
  if (p === null || p === undefined || Number.isNaN(p)) return "no p";
  if (p < smallest) return `p < ${least}`;
  const scale = 10 ** (Math.floor(Math.log10(p)) - 1); // two digits, rounded up: never below what is possible
  return `p = ${label(Math.ceil((p / scale) * (1 - 1e-9)) * scale, 2)}`;
}

// Whether chance alone would rarely do as well; false without a p.
export const beyondChance = (p) => p !== null && p !== undefined && p <= LEVEL;
