// Whether seeds agree: the similarity of matched kernels beside its chances, and the kernels that agree most.

import { tone } from "../chart.js";
import { seedName } from "../data.js";
import { h, s } from "../dom.js";
import { fixed, label } from "../format.js";

const [WIDTH, LINE, LEFT, RIGHT] = [400, 23, 168, 14];
const SPREAD = 2; // standard deviations of a null on either side: 95 % of its draws

const MEANINGS = {
  same_kinds_rotation: "Every kernel is rotated by 180 degrees or not, at random: similar kernels no longer match so well.",
  same_kernels: "The kernels of all seeds are permuted among the seeds: they match as if every seed drew its kernels from one pool.",
  same_kernels_within_types: "The kernels of each type are permuted among the seeds.",
};

// Return similarity and some chances on one axis, or null if seeds were not compared.
export function similarityPlot({ value, pairs, chances: all }, wanted) {
  const chances = all.filter(({ claim }) => wanted.includes(claim));
  if (value === null || !chances.length) return null;
  const reach = chances.flatMap(({ mean, sd }) => [mean - SPREAD * (sd ?? 0), mean + SPREAD * (sd ?? 0)]);
  const values = [value, ...pairs, ...reach];
  const margin = (Math.max(...values) - Math.min(...values)) * 0.08 || 0.02;
  const [low, high] = [Math.min(...values) - margin, Math.max(...values) + margin];
  const px = (similarity) => LEFT + ((similarity - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const height = (1 + chances.length) * LINE + 24;
  const row = (i) => i * LINE + LINE / 2;
  const ticks = ticksOf(low, high);
  return s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `Similarity of matched kernels ${label(value, 2)}; ${chances.map(({ words, mean }) => `${words} ${label(mean, 2)}`).join(", ")}` },
    ticks.map((tick) => [s("line", { class: "grid", x1: px(tick), x2: px(tick), y1: 2, y2: height - 22 }), s("text", { class: "faint", x: px(tick), y: height - 7, "text-anchor": "middle" }, tick.toFixed(2))]),
    s("text", { class: "strong", x: LEFT - 10, y: row(0) + 4, "text-anchor": "end" }, "matched kernels", s("title", {}, "The mean similarity of matched kernels; each dot is a pair of seeds.")),
    pairs.map((similarity) => s("circle", { class: "of-pair", cx: px(similarity), cy: row(0), r: 4 })),
    s("line", { class: "of-mean", x1: px(value), x2: px(value), y1: row(0) - 9, y2: row(0) + 9 }),
    chances.map(({ words, claim, mean, sd }, i) => [
      s("text", { class: "faint", x: LEFT - 10, y: row(i + 1) + 4, "text-anchor": "end" }, words, s("title", {}, MEANINGS[claim])),
      sd > 0 && s("line", { class: "spread", x1: px(mean - SPREAD * sd), x2: px(mean + SPREAD * sd), y1: row(i + 1), y2: row(i + 1) }),
      s("circle", { class: "chance", cx: px(mean), cy: row(i + 1), r: 4 })]));
}

function ticksOf(low, high) {
  const size = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find((step) => (high - low) / step <= 5) ?? 1;
  const first = Math.ceil(low / size);
  return Array.from({ length: Math.floor(high / size) - first + 1 }, (_, i) => (first + i) * size);
}

// Return the most alike kernels of some of so many seeds: kernels of a seed in a line, matches below each other.
export function bestColumns(dataset, arch, answer, of, stage) {
  const { columns: { seeds, rows: columns }, layer } = answer;
  if (!columns.length) return null;
  const rows = seeds.map((seed, i) => {
    const { canvas, nodes } = stage.row(columns.map(({ kernels }) => kernels[i] === null ? null : [arch, seed, layer, kernels[i]]));
    return h("tr", {}, h("th", { scope: "row", style: `color: ${tone(i)}` }, seedName(dataset, seed)), nodes.map((node, at) => h("td", {}, at === 0 && canvas, node ?? "–")));
  });
  const lowest = h("tr", { title: "The lowest similarity of the kernel of the first seed to its matches below" }, h("th", { scope: "row" }, "similarity"), columns.map(({ similarity }) => h("td", {}, fixed(similarity))));
  return [
    h("p", { class: "faint", id: "best" }, `Most alike kernels of ${of > seeds.length ? `${seeds.length} of ${of}` : of} seeds`),
    h("div", { class: "scrolled" }, h("table", { class: "best", "aria-labelledby": "best", style: `--columns: ${columns.length}` }, h("tbody", {}, rows, lowest))),
  ];
}
