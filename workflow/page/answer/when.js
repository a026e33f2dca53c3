// When the kernels formed: likeness to the end and test accuracy against the step, and one kernel at some steps.

import { movingLine, tone } from "../chart.js";
import { h, s } from "../dom.js";
import { label } from "../format.js";

const FRAMES = 5;
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [380, 190, 30, 8, 8, 34];
const TICKS = [0, 0.5, 1];
const MANY = 7; // seeds with a color each

// Return {node, cursor(step)}: the chart, or null if neither likeness nor accuracy is known.
export function timeChart(time, seeds) {
  const curves = seeds.map((seed) => time.curves[seed]).filter(Boolean);
  if (time.steps.length < 3 || !curves.length) return null;
  const end = Math.max(time.steps.at(-1), 1);
  const px = (step) => LEFT + (step / end) * (WIDTH - LEFT - RIGHT);
  const py = (share) => HEIGHT - BOTTOM - Math.min(1, Math.max(0, share)) * (HEIGHT - BOTTOM - TOP);
  const likeness = curves.map((curve) => (curve.likeness ? curve.steps.map((step, i) => [step, curve.likeness[i]]) : []));
  const accuracy = curves.map((curve) => curve.accuracy);
  const color = (i) => (curves.length > MANY ? tone(0) : tone(i));
  const cursor = movingLine({ left: LEFT, top: TOP, right: RIGHT, bottom: BOTTOM }, WIDTH, HEIGHT);
  const node = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Likeness to the final kernel and test accuracy against the step" },
    settledBand(time.settled, px),
    TICKS.map((value) => [s("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: py(value), y2: py(value) }), s("text", { class: "faint", x: LEFT - 6, y: py(value) + 4, "text-anchor": "end" }, String(value))]),
    stepTicks(end).map((step) => s("text", { class: "faint", x: px(step), y: HEIGHT - BOTTOM + 15, "text-anchor": step === end ? "end" : "middle" }, String(step))),
    s("text", { class: "faint", x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, "training step"),
    accuracy.map((points) => line(points, px, py, { class: "curve thin", "stroke-dasharray": "4 3", stroke: "var(--faint)", opacity: curves.length > MANY ? 0.6 : null })),
    likeness.map((points, i) => line(points, px, py, { class: "curve", stroke: color(i), opacity: curves.length > MANY ? 0.5 : null })));
  const legend = h("p", { class: "legend" },
    likeness.some((points) => points.length) && h("span", {}, h("i", { class: "line" }), "likeness to the final kernel, median per seed"),
    accuracy.some((points) => points.length) && h("span", {}, h("i", { class: "line dashed" }), "test accuracy"),
    time.settled[1] !== null && h("span", {}, h("i", { class: "band" }), "median kernel settles"));
  return {
    node: h("div", {}, legend, h("div", { class: "course" }, node, cursor.node)),
    cursor: (step) => cursor.show(step < end ? step / end : null), // at the end it would look like a border
  };
}

const line = (points, px, py, attributes) =>
  points.length > 1 && s("path", { ...attributes, d: `M${points.map(([step, share]) => `${px(step).toFixed(1)} ${py(share).toFixed(1)}`).join("L")}` });

function settledBand([after, step], px) {
  if (step === null || step === undefined) return null;
  const width = Math.max(3, px(step) - px(after ?? step));
  return s("rect", { class: "settled", x: px(step) - width, y: TOP, width, height: HEIGHT - BOTTOM - TOP });
}

// Return round steps up to the end, and the end.
function stepTicks(end) {
  const raw = end / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, raw)));
  const size = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= raw));
  const ticks = Array.from({ length: Math.floor(end / size) + 1 }, (_, i) => i * size);
  return [...ticks.filter((step) => end - step > size / 2 || step === 0), end];
}

// Return one kernel at some snapshots, as far apart in movement as can be; each is a button that brings the slider there.
export function filmstrip(time, place, stage, go) {
  const count = time.steps.length;
  if (!place || count < 2) return null;
  const path = [0];
  time.rates.forEach((rate, i) => path.push(path[i] + rate * (time.steps[i + 1] - time.steps[i])));
  const wanted = Array.from({ length: FRAMES }, (_, i) => (path.at(-1) * i) / (FRAMES - 1));
  const frames = [...new Set(wanted.map((far) => path.reduce((best, value, t) => (Math.abs(value - far) < Math.abs(path[best] - far) ? t : best), 0)).concat(count - 1))].sort((a, b) => a - b);
  const buttons = frames.map((t) => h("button", { type: "button", onclick: () => go(t), "aria-label": `To step ${time.steps[t]}` },
    stage.still(place, time.steps[t]), h("span", {}, time.steps[t] ? label(time.steps[t], 6) : "start")));
  return {
    node: h("div", { class: "film", role: "group", "aria-label": "One kernel at some steps" }, buttons),
    mark(t) {
      const at = frames.reduce((best, frame, i) => (Math.abs(frame - t) < Math.abs(frames[best] - t) ? i : best), 0);
      buttons.forEach((button, i) => button.classList.toggle("now", i === at));
    },
  };
}
