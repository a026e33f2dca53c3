// Colors of numbers, as in the workflow's figures: 256 colors from −limit to +limit, orange for numbers that are not finite.

import { OVERVIEW } from "./data.js";

export const NOT_FINITE = rgba(240, 160, 0);
export const DEAD = rgba(190, 20, 30); // the frame around a kernel that is dead
export const COLOR_MAPS = Object.fromEntries(Object.entries(OVERVIEW.colors).map(([name, text]) => [name, colorsOf(text)]));

export function rgba(red, green, blue) {
  return (255 << 24 | blue << 16 | green << 8 | red) >>> 0; // a pixel of a little-endian Uint32Array
}

function colorsOf(text) {
  const bytes = atob(text);
  return Uint32Array.from({ length: 256 }, (_, i) => rgba(...[0, 1, 2].map((part) => bytes.charCodeAt(3 * i + part))));
}

export function color(value, limit, colors) {
  if (!Number.isFinite(value)) return NOT_FINITE;
  const share = limit > 0 ? value / limit : 0;
  return colors[Math.min(255, Math.max(0, Math.floor(((share + 1) / 2) * 256)))];
}

// Return the gray of a share from 0, black, to 1, white.
export function gray(share) {
  const level = Math.round(255 * Math.min(1, Math.max(0, share)));
  return rgba(level, level, level);
}

// Return the color of a share from 0 to 1, from dark to bright (also in gray), between anchors of matplotlib's viridis.
export function viridis(share) {
  const anchors = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  const at = Math.min(0.9999, share) * (anchors.length - 1);
  const below = Math.floor(at);
  return rgba(...anchors[below].map((value, i) => Math.round(value + (at - below) * (anchors[below + 1][i] - value))));
}
