// Charts as SVG.

import { s } from "./dom.js";
import { label } from "./format.js";

export const tone = (number) => `var(--curve-${number % 7})`;

// About `count` round numbers between low and high.
function ticks(low, high, count = 4) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw);
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) values.push(Number((i * step).toPrecision(12)));
  return values;
}

// Return a line chart {node, cursor(x)}. curves: [{name, x, y, dash, quiet: not in the legend, begins: indices where the line breaks}]; band: [low, high], shaded.
export function lineChart({ name, curves, x: across, y: up, low, high, band, width = 420, height = 230, legend = true }) {
  const inLegend = legend && curves.length > 1 ? curves.filter((curve) => !curve.quiet) : [];
  const [left, right, top, bottom] = [52, 12, 12 + 17 * Math.ceil(inLegend.length / 3), 38];
  const ys = curves.flatMap((curve) => Array.from(curve.y)).concat(band || []).filter(Number.isFinite);
  const xs = curves.flatMap((curve) => Array.from(curve.x));
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const y0 = low ?? Math.min(...ys, 0);
  const y1 = high ?? (Math.max(...ys, y0 + 1e-9) * 1.03 || 1);
  const px = (value) => left + ((value - x0) / (x1 - x0 || 1)) * (width - left - right);
  const py = (value) => height - bottom - ((Math.min(Math.max(value, y0), y1) - y0) / (y1 - y0 || 1)) * (height - top - bottom);
  const node = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": name });
  if (band) node.append(s("rect", { class: "band", x: left, width: width - left - right, y: py(band[1]), height: Math.max(1, py(band[0]) - py(band[1])) }));
  for (const value of ticks(y0, y1)) {
    node.append(s("line", { class: "grid", x1: left, x2: width - right, y1: py(value), y2: py(value) }), s("text", { class: "faint", x: left - 6, y: py(value) + 4, "text-anchor": "end" }, label(value)));
  }
  for (const value of ticks(x0, x1, 5)) node.append(s("text", { class: "faint", x: px(value), y: height - bottom + 16, "text-anchor": "middle" }, label(value)));
  node.append(
    s("line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }),
    s("text", { class: "faint", x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, across),
    s("text", { class: "faint", x: 14, y: (top + height - bottom) / 2, "text-anchor": "middle", transform: `rotate(-90 14 ${(top + height - bottom) / 2})` }, up),
  );
  curves.forEach((curve, i) => {
    const style = `stroke: ${curve.color ?? tone(i)}`;
    node.append(s("path", { class: "curve", style, d: path(curve, px, py), "stroke-dasharray": curve.dash ?? null }));
    if (inLegend.includes(curve)) {
      const at = inLegend.indexOf(curve);
      const [col, row] = [left + (at % 3) * ((width - left - right) / 3), 10 + 17 * Math.floor(at / 3)];
      node.append(s("line", { class: "curve", style, x1: col, x2: col + 18, y1: row, y2: row, "stroke-dasharray": curve.dash ?? null }), s("text", { class: "faint", x: col + 23, y: row + 4 }, curve.name));
    }
  });
  const mark = s("line", { class: "cursor", y1: top, y2: height - bottom, visibility: "hidden" });
  node.append(mark);
  return {
    node,
    cursor(value) {
      mark.setAttribute("visibility", "visible");
      mark.setAttribute("x1", px(value));
      mark.setAttribute("x2", px(value));
    },
  };
}

function path(curve, px, py) {
  let text = "";
  let pen = "M";
  for (let i = 0; i < curve.x.length; i++) {
    if (curve.begins?.includes(i)) pen = "M";
    if (Number.isFinite(curve.y[i])) text += `${pen}${px(curve.x[i]).toFixed(1)} ${py(curve.y[i]).toFixed(1)}`;
    pen = Number.isFinite(curve.y[i]) ? "L" : "M";
  }
  return text;
}

export const chartNumbers = (across, curves) => () => ({
  columns: ["curve", across, "value"],
  rows: curves.flatMap((curve) => Array.from(curve.x, (x, i) => [curve.name, x, curve.y[i]])),
});

// Return horizontal bars with whiskers. bars: [{name, value, low, high, strong}]
export function barChart({ name, bars, across, low, high, width = 420 }) {
  const [left, right, line, top] = [130, 16, 24, 6];
  const values = bars.flatMap((bar) => [bar.value, bar.low, bar.high]).filter(Number.isFinite);
  const [x0, x1] = [low ?? Math.min(0, ...values), high ?? Math.max(1e-9, ...values)];
  const height = top + bars.length * line + 36;
  const px = (value) => left + ((Math.min(Math.max(value, x0), x1) - x0) / (x1 - x0)) * (width - left - right);
  const node = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": name });
  for (const value of ticks(x0, x1)) node.append(s("line", { class: "grid", x1: px(value), x2: px(value), y1: top, y2: height - 34 }), s("text", { class: "faint", x: px(value), y: height - 20, "text-anchor": "middle" }, label(value)));
  bars.forEach((bar, i) => {
    const [y, zero] = [top + i * line, px(0)];
    node.append(
      s("text", { x: left - 8, y: y + 16, "text-anchor": "end", class: bar.strong ? null : "faint" }, bar.name),
      s("rect", { x: Math.min(zero, px(bar.value)), width: Math.abs(px(bar.value) - zero), y: y + 4, height: line - 8, style: `fill: ${bar.strong ? tone(0) : "var(--line)"}` }),
    );
    if (Number.isFinite(bar.low)) node.append(s("line", { class: "axis", x1: px(bar.low), x2: px(bar.high), y1: y + line / 2, y2: y + line / 2 }));
  });
  node.append(s("text", { class: "faint", x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" }, across));
  return node;
}
