// How the measures of a kernel change over the training, beside those of kernels that were never trained.

import { chartNumbers, lineChart } from "../../chart.js";
import { records } from "../../data.js";
import { h, table, textColumn } from "../../dom.js";
import { figure } from "../../figure.js";
import { label } from "../../format.js";

const MEASURES = { // those that matter most, then all others
  lag1: "Smoothness (correlation of neighboring weights)",
  initial_ratio: "What is left of the start (ratio to the kernel)",
  cosine_last: "Likeness to its last state (cosine)",
  orientation_concentration: "Orientation concentration R",
  norm: "Norm",
  orientation: "Orientation, degrees",
  low_frequency_share: "Share of low frequencies",
  spectral_centroid: "Spectral centroid",
  spectral_entropy: "Spectral entropy",
  separability: "Separability into row × column",
  total_variation: "Total variation",
  dc_share: "Share of the mean (DC)",
  hoyer: "Sparseness (Hoyer)",
  localization: "Localization",
  cosine_untrained: "Cosine with its untrained state",
};
const FIRST = Object.keys(MEASURES).slice(0, 4);

// Return a table's rows about one kernel; none if the run has no such table.
export const rowsOf = (rows, layer, kernel) => (rows ? records(rows).filter((row) => row.layer === layer && row.kernel === kernel) : []);

// Return the charts of a kernel: [{name, chart, curve, end}].
export function measureCharts(run, layer, kernel) {
  const measures = [];
  for (const [name, about] of Object.entries(run.json.measures[layer] ?? {})) {
    const { shape, data } = run.arrays[`measures/${layer}/${name}`];
    const steps = Array.from((run.arrays[`msteps/${layer}/${name}`] ?? run.arrays.steps).data);
    const curve = { name, x: steps, y: steps.map((_, t) => data[t * shape[1] + kernel]) };
    if (steps.length < 3 || !curve.y.some(Number.isFinite)) continue;
    const chart = lineChart({ name: MEASURES[name] ?? name, curves: [curve], x: "step", y: "", band: about.band, height: 190 });
    measures.push({ name, chart, curve, end: endWords(curve, about.band) });
  }
  return measures;
}

const endWords = (curve, band) => `At the end ${label(curve.y.at(-1), 2)}${band ? `; untrained kernels ${label(band[0], 2)}, 99 % of them below ${label(band[1], 2)}` : ""}.`;

// Return the sections of the four measures that matter and of all others, which are closed.
export function measureSection(charts, folder) {
  const inOrder = Object.keys(MEASURES).flatMap((name) => charts.filter((one) => one.name === name)).concat(charts.filter((one) => !(one.name in MEASURES)));
  const drawn = (some) => h("div", { class: "columns four" }, some.map(({ name, chart, curve, end }) =>
    figure({ title: MEASURES[name] ?? name, explain: end, path: `${folder}/measures.csv`, node: chart.node, numbers: chartNumbers("step", [curve]) })));
  const [first, others] = [inOrder.filter(({ name }) => FIRST.includes(name)), inOrder.filter(({ name }) => !FIRST.includes(name))];
  return [
    h("h2", {}, "Measures over the training"),
    h("p", { class: "faint" }, "The gray band reaches from the mean to the 99 % point of kernels that were never trained: only what is outside of it is learned."),
    drawn(first),
    others.length > 0 && h("details", {}, h("summary", {}, `All measures (${others.length} more)`), drawn(others)),
  ];
}

// Return a table of a kernel's final measures, for runs with too few snapshots for curves.
export function measuresAtEnd(run, layer, kernel) {
  const rows = Object.entries(run.json.measures[layer] ?? {}).map(([name, about]) => {
    const { shape, data } = run.arrays[`measures/${layer}/${name}`];
    return [MEASURES[name] ?? name, data[(shape[0] - 1) * shape[1] + kernel], about.band?.[1] ?? null];
  }).filter(([, value]) => Number.isFinite(value));
  return table("Measures of the trained kernel, beside the 99 % point of kernels that were never trained.", [
    textColumn("measure", (row) => row[0]),
    { text: "value", value: (row) => row[1], show: (row) => label(row[1]) },
    { text: "untrained below", value: (row) => row[2], show: (row) => label(row[2]) },
  ], rows);
}
