// The largest response of a kernel to a bar, a corner and an arc at every angle, as closed curves around a point.

import { tone } from "../../chart.js";
import { h, s } from "../../dom.js";
import { figure } from "../../figure.js";
import { label } from "../../format.js";
import { rowsOf } from "./measures.js";

const [SIDE, RADIUS] = [360, 108];
const TICKS = [0, 90, 180, 270]; // degrees; 360 is 0 again

// Return the points of a stimulus over the whole circle: those of a half circle are repeated.
function wholeCircle(points) {
  const angles = points.map((point) => point.angle);
  const step = angles.length > 1 ? angles[1] - angles[0] : 360;
  const period = angles.at(-1) + step;
  const turns = Math.max(1, Math.round(360 / period));
  return Array.from({ length: turns }, (_, turn) => points.map((point) => ({ ...point, angle: point.angle + turn * period }))).flat();
}

// Return the figure, or null if the kernel has no tuning curves.
export function tuningFigure(run, layer, kernel, folder) {
  const rows = rowsOf(run.json.tuning, layer, kernel);
  if (!rows.length) return null;
  const kinds = [...new Set(rows.map((row) => row.stimulus))];
  const curves = kinds.map((kind, i) => ({ kind, color: tone(i), points: wholeCircle(rows.filter((row) => row.stimulus === kind)) }));
  const best = rows.filter((row) => Number.isFinite(row.trained)).reduce((most, row) => (row.trained > most.trained ? row : most), { trained: -Infinity });
  const explain = best.trained > 0
    ? `Its largest response to each stimulus at every angle; the center is 0. Largest: ${label(best.trained)}, to a ${best.stimulus} at ${best.angle}° (untrained: ${label(best.untrained)}). Dashed: before training.`
    : "It responds to none of these stimuli.";
  return figure({
    title: "Tuning to angles",
    explain,
    path: `${folder}/tuning.csv`,
    node: h("div", { class: "polar" }, polar(curves, best), legend(curves)),
    numbers: () => ({ columns: run.json.tuning.columns, rows: run.json.tuning.rows.filter((row) => row[0] === layer && row[1] === kernel) }),
  });
}

function polar(curves, best) {
  const largest = Math.max(...curves.flatMap(({ points }) => points.flatMap((point) => [point.trained, point.untrained])).filter(Number.isFinite), 1e-12);
  const middle = SIDE / 2;
  const at = (angle, value) => {
    const [turn, length] = [(angle * Math.PI) / 180, (RADIUS * Math.max(0, value)) / largest];
    return [middle + length * Math.cos(turn), middle - length * Math.sin(turn)];
  };
  const closed = (points, state) => points.some((point) => Number.isFinite(point[state])) && "M" + points.filter((point) => Number.isFinite(point[state])).map((point) => at(point.angle, point[state]).map((value) => value.toFixed(1)).join(" ")).join("L") + "Z";
  const node = s("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, width: SIDE, height: SIDE, role: "img", "aria-label": "largest response over the angle of the stimulus" });
  for (const share of [0.5, 1]) node.append(s("circle", { class: "grid", cx: middle, cy: middle, r: RADIUS * share }), s("text", { class: "faint", x: middle + RADIUS * share * 0.71 + 3, y: middle - RADIUS * share * 0.71 - 3 }, label(largest * share, 2)));
  for (const angle of TICKS) {
    const [[x, y], [a, b]] = [at(angle, largest), at(angle, largest * 1.16)];
    node.append(s("line", { class: "grid", x1: middle, y1: middle, x2: x, y2: y }), s("text", { class: "faint", x: a, y: b + 4, "text-anchor": angle === 0 ? "start" : angle === 180 ? "end" : "middle" }, angle ? `${angle}°` : "0°, 360°"));
  }
  for (const { color, points } of curves) for (const state of ["untrained", "trained"]) {
    node.append(s("path", { class: "curve", stroke: color, style: `stroke: ${color}`, d: closed(points, state), "stroke-dasharray": state === "trained" ? null : "4 3", "stroke-width": state === "trained" ? 2 : 1 }));
  }
  if (best.trained > 0) {
    const [x, y] = at(best.angle, best.trained);
    node.append(s("circle", { class: "axis", cx: x, cy: y, r: 5 }));
  }
  return node;
}

const legend = (curves) => s("svg", { width: 90 * curves.length, height: 20, role: "img", "aria-label": "legend" }, curves.map(({ kind, color }, i) => [
  s("line", { class: "curve", style: `stroke: ${color}`, x1: 90 * i, x2: 90 * i + 20, y1: 10, y2: 10 }), s("text", { class: "faint", x: 90 * i + 25, y: 14 }, kind),
]));
