// Figures in the view of a kernel: what excites it, its tuning, its ablation, and its matches in other seeds.

import { barChart, chartNumbers, lineChart, tone } from "../chart.js";
import { UNLABELED, records, seedName } from "../data.js";
import { h, table } from "../dom.js";
import { figure } from "../figure.js";
import { beyondChance, label, pValue } from "../format.js";
import { look } from "../style.js";
import { datasetImage, enlarge, paint, raster } from "../raster.js";
import { tile } from "../tile.js";

const MEASURES = {
  lag1: "Smoothness (lag-1 autocorrelation)",
  initial_ratio: "What is left of the start, ratio to the kernel",
  orientation_concentration: "Orientation concentration R",
  norm: "Norm",
  cosine_last: "Cosine with its last state",
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

// Return a table's rows about one kernel; none if the run has no such table.
export const rowsOf = (rows, layer, kernel) => (rows ? records(rows).filter((row) => row.layer === layer && row.kernel === kernel) : []);

export function measureCharts(run, layer, kernel) {
  const measures = [];
  for (const [name, about] of Object.entries(run.json.measures[layer] ?? {})) {
    const { shape, data } = run.arrays[`measures/${layer}/${name}`];
    const steps = run.arrays[`msteps/${layer}/${name}`];
    const all = run.arrays.steps.data;
    const epochs = steps ? Array.from(steps.data, (step) => run.arrays.epochs.data[all.indexOf(step)]) : Array.from(run.arrays.epochs.data);
    const curve = { name, x: epochs, y: epochs.map((_, t) => data[t * shape[1] + kernel]) };
    if (epochs.length < 3 || !curve.y.some(Number.isFinite)) continue;
    const p = about.p[kernel];
    const chart = lineChart({ name: MEASURES[name] ?? name, curves: [curve], x: "epoch", y: "", band: about.band, height: 190 });
    const tested = about.power && Number.isFinite(p);
    measures.push({ name, chart, curve, p: `At the end: ${label(curve.y.at(-1))}${tested ? `, ${pValue(p)} after correction` : ""}.` });
  }
  return measures;
}

export function measureSection(charts, folder) {
  return [
    h("h2", {}, "Measures over the training"),
    h("p", { class: "faint" }, "The gray band reaches from the mean to the 99 % point of kernels that were never trained: only what lies outside it is learned."),
    h("div", { class: "columns" }, charts.map(({ name, chart, curve, p }) => figure({ title: MEASURES[name] ?? name, explain: p, path: `${folder}/measures.csv`, node: chart.node, numbers: chartNumbers("epoch", [curve]) }))),
  ];
}

// Return a table of a kernel's final measures, for runs with too few snapshots for curves.
export function measuresAtEnd(run, layer, kernel) {
  const rows = Object.entries(run.json.measures[layer] ?? {}).map(([name, about]) => {
    const { shape, data } = run.arrays[`measures/${layer}/${name}`];
    const tested = about.power && Number.isFinite(about.p[kernel]);
    return [MEASURES[name] ?? name, data[(shape[0] - 1) * shape[1] + kernel], tested ? about.p[kernel] : null];
  }).filter(([, value]) => Number.isFinite(value));
  return table("Measures of the trained kernel; p against kernels that were never trained, or noise of the same spectrum, after correction.", [
    { text: "measure", words: true, value: (row) => row[0], show: (row) => row[0] },
    { text: "value", value: (row) => row[1], show: (row) => label(row[1]) },
    { text: "p", value: (row) => row[2], show: (row) => (row[2] === null ? "–" : pValue(row[2])) },
  ], rows);
}

export function topFigure(run, data, layer, kernel, folder) {
  const top = Object.fromEntries(["image", "row", "col", "response"].map((part) => [part, run.arrays[`top_${part}/${layer}`]]));
  if (!top.image || !data) return null;
  const m = top.image.shape[1];
  const { field } = run.json.layers[layer];
  const tiles = [];
  for (let i = kernel * m; i < (kernel + 1) * m; i++) {
    const place = data.json.images.findIndex((image) => image.split === "test" && image.index === top.image.data[i]);
    if (place < 0 || !(top.response.data[i] > 0)) continue;
    tiles.push(h("div", { class: "tile" }, framed(data, place, top.row.data[i], top.col.data[i], field), h("span", { class: "label" }, `${data.json.images[place].class}: ${label(top.response.data[i])}`)));
  }
  return figure({
    title: "What excites it most",
    explain: "The test images with the largest response, and the frame in which it answers.",
    path: `${folder}/probes.npz`,
    node: h("div", { class: "tiles" }, tiles.length ? tiles : "none"),
    numbers: () => ({ columns: ["image", "row", "col", "response"], rows: Array.from({ length: m }, (_, i) => ["image", "row", "col", "response"].map((part) => top[part].data[kernel * m + i])) }),
  });
}

// Return an image with a frame around a field, drawn into the image so that downloads have it.
function framed(data, place, row, col, field, wanted = 150) {
  const small = datasetImage(data, place);
  const factor = Math.max(1, Math.round(wanted / small.width));
  const canvas = h("canvas", { width: small.width * factor, height: small.height * factor, role: "img", "aria-label": `test image ${data.json.images[place].index} of class ${data.json.images[place].class}` });
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  context.strokeStyle = "#d62f20";
  context.lineWidth = 2;
  context.strokeRect(col * factor + 1, row * factor + 1, field * factor - 2, field * factor - 2);
  return canvas;
}

export function tuningFigure(run, layer, kernel, folder) {
  const rows = rowsOf(run.json.tuning, layer, kernel);
  if (!rows.length) return null;
  const kinds = [...new Set(rows.map((row) => row.stimulus))];
  const curves = kinds.flatMap((kind, i) => ["trained", "untrained"].map((state) => {
    const points = rows.filter((row) => row.stimulus === kind);
    return { name: state === "trained" ? kind : `${kind}, untrained`, quiet: state !== "trained", x: points.map((row) => row.angle), y: points.map((row) => row[state] ?? NaN), color: tone(i), dash: state === "trained" ? null : "4 3" };
  }));
  return figure({
    title: "Tuning",
    explain: "Its largest response to a bar, a corner and an arc at every angle; dashed before training.",
    path: `${folder}/tuning.csv`,
    node: lineChart({ name: "response over angle", curves, x: "angle, degrees", y: "response" }).node,
    numbers: () => ({ columns: run.json.tuning.columns, rows: run.json.tuning.rows.filter((row) => row[0] === layer && row[1] === kernel) }),
  });
}

export function ablationFigure(run, layer, kernel, folder) {
  const rows = rowsOf(run.json.ablation, layer, kernel).filter((row) => row.mode === "mean");
  if (!rows.length) return null;
  const bars = rows.map((row) => ({ name: row.class, value: row.drop, low: row.low, high: row.high, strong: beyondChance(row.p_corrected) }));
  return figure({
    title: "What the network loses without it",
    explain: "Drop of test accuracy where its responses are replaced by their mean, with 95 % intervals; gray where chance does as well.",
    path: `${folder}/ablation.csv`,
    node: barChart({ name: "drop of accuracy by class", bars, across: "drop of accuracy" }),
    numbers: () => ({ columns: ["class", "drop", "low", "high", "p_corrected"], rows: rows.map((row) => [row.class, row.drop, row.low, row.high, row.p_corrected]) }),
  });
}

export async function matchFigure(compared, dataset, arch, seed, layer, kernel) {
  const all = compared && compared.json.archs[arch] ? records(compared.json.archs[arch].matches).filter((row) => row.layer === layer) : [];
  const rows = all.filter((row) => row.similarity !== null).flatMap((row) =>
    row.seed_a === seed && row.kernel_a === kernel ? [{ seed: row.seed_b, kernel: row.kernel_b, row }] :
    row.seed_b === seed && row.kernel_b === kernel ? [{ seed: row.seed_a, kernel: row.kernel_a, row }] : []);
  if (!rows.length) return null;
  const tiles = await Promise.all(rows.slice(0, 20).map((match) => {
    const alike = h("div", {}, label(match.row.similarity, 2));
    return tile(dataset, arch, match.seed, layer, match.kernel, 96, `${seedName(dataset, match.seed)}, kernel ${match.kernel}`, alike);
  }));
  return figure({
    title: "Its like in other seeds",
    explain: "The kernel that it is matched with in other seeds, each on its own scale (red frame: dead or weak), and how similar they are; a seed is missing if no kernel is similar enough.",
    path: `compare/${dataset}/${arch}/matches.csv`,
    node: h("div", { class: "tiles" }, tiles),
    numbers: () => ({ columns: ["seed", "kernel", "similarity", "threshold"], rows: rows.map((match) => [match.seed, match.kernel, match.row.similarity, match.row.threshold]) }),
  });
}

// Return the figure of a deeper layer's kernel projected into pixels.
export function pixelFigure(run, layer, kernel, folder) {
  const kinds = ["linear", "maximized", "patches"].filter((kind) => run.arrays[`${kind}/${layer}`]);
  if (!kinds.length) return null;
  const tiles = kinds.map((kind) => {
    const { shape: [, channels, field], data } = run.arrays[`${kind}/${layer}`];
    const from = kernel * channels * field * field;
    const values = data.subarray(from, from + channels * field * field);
    const on = raster(channels * (field + 1) - 1, field, { "aria-label": `${kind}, in pixels` });
    const limit = Math.max(...Array.from(values, Math.abs).filter(Number.isFinite), 0);
    for (let channel = 0; channel < channels; channel++) paint(on, 0, channel * (field + 1), values, channel * field * field, field, limit, look.colors);
    on.show();
    return h("div", { class: "tile" }, enlarge(on.canvas, Math.max(1, Math.floor(150 / field))), h("span", { class: "label" }, kind));
  });
  return figure({
    title: "In pixels",
    explain: `What this kernel looks for in the image, through the layers before it: as if they were linear, and the ${UNLABELED ? "mean of all patches, each weighted with how probably it is on there" : "patch that excites it most"}; each on its own scale.`,
    path: `${folder}/${UNLABELED ? "bases" : "pixels"}.npz`,
    node: h("div", { class: "tiles" }, tiles),
    numbers: () => {
      const rows = kinds.flatMap((kind) => {
        const { shape: [, channels, field], data } = run.arrays[`${kind}/${layer}`];
        const plane = field * field;
        return Array.from({ length: channels * plane }, (_, i) => [kind, Math.floor(i / plane), Math.floor((i % plane) / field), i % field, data[kernel * channels * plane + i]]);
      });
      return { columns: ["kind", "channel", "row", "col", "value"], rows };
    },
  });
}
