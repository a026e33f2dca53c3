// Charts as SVG, as wide as their place: curves with a crosshair, and bars with whiskers.

import { h, s } from "./dom.js";
import { label } from "./format.js";

export const tone = (number) => `var(--curve-${number % 7})`;

const CURSOR = "#d9453c"; // seen on light and on dark
const [WIDTH, NARROWEST, WIDEST] = [420, 240, 640]; // pixels; the first until the place is known
const LINE = 13; // height of a label at the end of a curve
const MOST_LABELS = 10;
const DOT = 6; // width of a point without neighbors

// Return a number of an axis or a value as text; shares as percent if asked.
const numberText = (format, digits) => (value) => (format === "percent" ? `${label(100 * value, digits)} %` : label(value, digits));

// About `count` round numbers between low and high.
function ticks(low, high, count = 4) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw);
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) values.push(Number((i * step).toPrecision(12)));
  return values;
}

// Return a div that draws again whenever its width changes. draw(width): nodes.
function responsive(node, draw) {
  let drawn = 0;
  const redraw = (width) => {
    const fitting = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
    if (fitting === drawn) return;
    drawn = fitting;
    node.replaceChildren(...draw(fitting));
  };
  redraw(WIDTH);
  new ResizeObserver(([entry]) => { if (entry.contentRect.width > 0) redraw(entry.contentRect.width); }).observe(node);
  return node;
}

// Return {node, show(share)}: a line that moves over the rectangle {left, top, right, bottom} of a chart, from the share 0 to 1;
// null hides it. It is a canvas, because a browser lays out and paints again what a line inside the chart belongs to.
export function movingLine({ left, top, right, bottom }, width, height) {
  const share = (part, whole) => `${(100 * part) / whole}%`;
  const [across, down] = [width - left - right, height - top - bottom];
  const node = h("canvas", { class: "cursor", width: Math.round(across), height: 1, "aria-hidden": "true", style: `left: ${share(left, width)}; top: ${share(top, height)}; width: ${share(across, width)}; height: ${share(down, height)}` });
  const context = node.getContext("2d", { willReadFrequently: true });
  context.fillStyle = CURSOR;
  return {
    node,
    show(at) {
      context.clearRect(0, 0, node.width, 1);
      if (at !== null) context.fillRect(Math.round(at * (node.width - 2)), 0, 2, 1);
    },
  };
}

// Return a line chart {node, cursor(x)}. curves: [{name, x, y, dash, color, quiet: without a label, begins: indices where the
// line breaks}]; band: [low, high], shaded; format: "percent" for shares; second: {name, of(x)}, another axis below the first.
// The crosshair follows the pointer and the arrow keys.
export function lineChart({ name, curves, x: across, y: up, low, high, band, height = 230, legend = true, format, second }) {
  const text = numberText(format, 3);
  const labeled = legend && curves.length > 1 ? curves.filter((curve) => !curve.quiet).slice(0, MOST_LABELS) : [];
  const xs = [...new Set(curves.flatMap((curve) => Array.from(curve.x)))].sort((a, b) => a - b);
  const ys = curves.flatMap((curve) => Array.from(curve.y)).concat(band || []).filter(Number.isFinite);
  const y0 = low ?? Math.min(...ys, 0);
  const y1 = high ?? (Math.max(...ys, y0 + 1e-9) * 1.03 || 1);
  const tip = h("div", { class: "tip", hidden: true });
  let scale = null; // of the last drawing
  let cursorAt = null;
  const shell = h("div", { class: "chart" });
  const shareOf = (value) => (value - xs[0]) / (xs.at(-1) - xs[0] || 1);
  const draw = (width) => {
    const right = labeled.length ? Math.min(Math.max(130, 0.4 * width), 16 + 6.6 * Math.max(...labeled.map((curve) => curve.name.length))) : 14;
    const [left, top, bottom] = [leftOf(ticks(y0, y1).map(text)), 12, second ? 52 : 38];
    const px = (value) => left + shareOf(value) * (width - left - right);
    const py = (value) => height - bottom - ((Math.min(Math.max(value, y0), y1) - y0) / (y1 - y0 || 1)) * (height - top - bottom);
    const node = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", tabindex: 0, "data-keys": true, "aria-label": `${name}; arrow keys show the values` });
    if (band) node.append(s("rect", { class: "band", x: left, width: width - left - right, y: py(band[1]), height: Math.max(1, py(band[0]) - py(band[1])) }));
    node.append(...axes({ left, right, top, bottom, width, height, px, py, xs, y0, y1, across, up, second, text }));
    curves.forEach((curve, i) => node.append(s("path", { class: "curve", stroke: curve.color ?? tone(i), d: path(curve, px, py), "stroke-dasharray": curve.dash ?? null })));
    node.append(...endLabels(labeled, curves, px, py, top, height - bottom));
    const mark = movingLine({ left, top, right, bottom }, width, height);
    const cross = s("line", { class: "crosshair", y1: top, y2: height - bottom, visibility: "hidden" });
    node.append(cross);
    scale = { px, left, right, width, mark, cross };
    if (cursorAt !== null) mark.show(shareOf(cursorAt));
    listen(node, scale, xs, (at) => tell(at));
    return [node, mark.node, tip];
  };
  function tell(at) {
    if (at === null) return hide(tip, scale.cross);
    place(scale.cross, scale.px(at));
    const found = curves.map((curve, i) => [curve, Array.from(curve.x).lastIndexOf(at), i]).filter(([curve, j]) => j >= 0 && Number.isFinite(curve.y[j]));
    tip.replaceChildren(h("b", {}, `${across} ${label(at, 6)}${second ? `, ${second.name} ${second.of(at)}` : ""}`),
      ...found.slice(0, 12).map(([curve, j, i]) => h("span", {}, swatch(curve.color ?? tone(i)), curves.length > 1 ? `${curve.name}: ` : "", text(curve.y[j]))));
    tip.hidden = false;
    const middle = scale.px(at) > scale.width / 2;
    tip.classList.toggle("before", middle);
    tip.setAttribute("style", middle ? `right: ${scale.width - scale.px(at) + 8}px` : `left: ${scale.px(at) + 8}px`);
  }
  responsive(shell, draw);
  return { node: shell, cursor(value) { cursorAt = value; scale.mark.show(shareOf(value)); } };
}

// Return the pixels at the left of a chart, where its numbers and the name of its axis are.
const leftOf = (numbers) => Math.max(58, 28 + 7 * Math.max(...numbers.map(({ length }) => length)));

const swatch = (color) => s("svg", { width: 10, height: 10, "aria-hidden": "true" }, s("rect", { width: 10, height: 10, fill: color }));

function place(line, x) {
  line.setAttribute("visibility", "visible");
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
}

function hide(tip, cross) {
  tip.hidden = true;
  cross.setAttribute("visibility", "hidden");
}

// Call tell(x) with the x of the data nearest to the pointer, or next in the direction of an arrow key; null when it leaves.
function listen(node, { left, right, width }, xs, tell) {
  let now = xs.length - 1;
  const go = (at) => {
    now = Math.max(0, Math.min(xs.length - 1, at));
    tell(xs[now]);
  };
  for (const kind of ["pointermove", "pointerdown"]) node.addEventListener(kind, (event) => {
    const box = node.getBoundingClientRect();
    const share = ((event.clientX - box.left) * (width / box.width) - left) / (width - left - right);
    const wanted = xs[0] + share * (xs.at(-1) - xs[0]);
    go(xs.reduce((best, x, i) => (Math.abs(x - wanted) < Math.abs(xs[best] - wanted) ? i : best), 0));
  });
  node.addEventListener("pointerleave", () => tell(null));
  node.addEventListener("blur", () => tell(null));
  node.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: xs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  });
}

function axes({ left, right, top, bottom, width, height, px, py, xs, y0, y1, across, up, second, text }) {
  const faint = (x, y, words, anchor, more) => s("text", { class: "faint", x, y, "text-anchor": anchor, ...more }, words);
  const middle = (top + height - bottom) / 2;
  return [
    ticks(y0, y1).flatMap((value) => [s("line", { class: "grid", x1: left, x2: width - right, y1: py(value), y2: py(value) }), faint(left - 6, py(value) + 4, text(value), "end")]),
    ticks(xs[0], xs.at(-1), width < 330 ? 3 : 5).flatMap((value) => [faint(px(value), height - bottom + 15, label(value, 6), "middle"), second && faint(px(value), height - bottom + 29, second.of(value), "middle")]),
    s("line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }),
    second ? [faint(left - 14, height - bottom + 15, across, "end"), faint(left - 14, height - bottom + 29, second.name, "end")] : faint((left + width - right) / 2, height - 6, across, "middle"),
    faint(14, middle, up, "middle", { transform: `rotate(-90 14 ${middle})` }),
  ].flat(2).filter(Boolean);
}

// Return the names of curves beside their last points, moved apart where they would overlap.
function endLabels(labeled, curves, px, py, top, bottom) {
  const ends = labeled.map((curve) => {
    const last = Array.from(curve.y).findLastIndex(Number.isFinite);
    return last < 0 ? null : { curve, x: px(curve.x[last]), y: py(curve.y[last]) };
  }).filter(Boolean).sort((a, b) => a.y - b.y);
  let free = top;
  for (const end of ends) free = (end.at = Math.max(end.y, free)) + LINE;
  let limit = bottom;
  for (const end of ends.toReversed()) limit = (end.at = Math.min(end.at, limit)) - LINE;
  return ends.map(({ curve, x, at }) => s("g", { fill: curve.color ?? tone(curves.indexOf(curve)) }, s("text", { class: "end", x: x + 7, y: at + 4 }, curve.name)));
}

// Return a curve as a path; a point without neighbors is a short line.
function path(curve, px, py) {
  const isBroken = (i) => curve.begins?.includes(i) || !Number.isFinite(curve.y[i - 1]) || !Number.isFinite(curve.y[i]); // before i
  const parts = Array.from(curve.x, (x, i) => {
    if (!Number.isFinite(curve.y[i])) return "";
    const y = py(curve.y[i]).toFixed(1);
    if (isBroken(i) && isBroken(i + 1)) return `M${(px(x) - DOT / 2).toFixed(1)} ${y}h${DOT}`;
    return `${isBroken(i) ? "M" : "L"}${px(x).toFixed(1)} ${y}`;
  });
  return parts.join("");
}

export const chartNumbers = (across, curves) => () => ({
  columns: ["curve", across, "value"],
  rows: curves.flatMap((curve) => Array.from(curve.x, (x, i) => [curve.name, x, curve.y[i]])),
});

// Return horizontal bars with whiskers. bars: [{name, value, low, high, strong}]; format: "percent" for shares.
export function barChart({ name, bars, across, low, high, format }) {
  const text = numberText(format, 3);
  const [left, right, line, top] = [130, 16, 24, 6];
  const values = bars.flatMap((bar) => [bar.value, bar.low, bar.high]).filter(Number.isFinite);
  const [x0, x1] = [low ?? Math.min(0, ...values), high ?? Math.max(1e-9, ...values)];
  const height = top + bars.length * line + 36;
  return responsive(h("div", { class: "chart" }), (width) => {
    const px = (value) => left + ((Math.min(Math.max(value, x0), x1) - x0) / (x1 - x0)) * (width - left - right);
    const node = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": name });
    for (const value of ticks(x0, x1)) node.append(s("line", { class: "grid", x1: px(value), x2: px(value), y1: top, y2: height - 34 }), s("text", { class: "faint", x: px(value), y: height - 20, "text-anchor": "middle" }, text(value)));
    bars.forEach((bar, i) => {
      const [y, zero] = [top + i * line, px(0)];
      node.append(
        s("text", { x: left - 8, y: y + 16, "text-anchor": "end", class: bar.strong ? null : "faint" }, bar.name),
        s("rect", { class: bar.strong ? "bar-strong" : "bar-weak", x: Math.min(zero, px(bar.value)), width: Math.abs(px(bar.value) - zero), y: y + 4, height: line - 8 }),
      );
      if (Number.isFinite(bar.low)) node.append(s("line", { class: "axis", x1: px(bar.low), x2: px(bar.high), y1: y + line / 2, y2: y + line / 2 }));
    });
    node.append(s("text", { class: "faint", x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" }, across));
    return [node];
  });
}
