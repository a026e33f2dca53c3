// Any two runs side by side, and what all runs have in common.

import { chartNumbers, lineChart, tone } from "../chart.js";
import { NOT_FINITE, viridis } from "../color.js";
import { ARCHITECTURES, DATASETS, OVERVIEW, PRETRAINED, SUMMARY, UNKNOWN, block, convLayers, outcomeOf, records, runBlock, seedName } from "../data.js";
import { address, h, menu, same, scrolling, table } from "../dom.js";
import { figure } from "../figure.js";
import { decayNote, label, percent } from "../format.js";
import { Bank, weightRows } from "../kernels.js";
import { look, modeChoice } from "../style.js";
import { currentPlayer, makePlayer } from "../player.js";
import { enlarge, onPoint, pixelUnder, raster, scaleBar } from "../raster.js";
import { missing } from "./missing.js";

export async function comparison(dataset = DATASETS[0], left = runsOf(dataset)[0], right = another(dataset, left)) {
  const compared = await block(`compare/${dataset}`);
  const go = (...path) => { location.hash = address(["compare", ...path]); };
  const sides = await Promise.all([left, right].map((name) => side(dataset, ...split(name))));
  if (sides.some((panel) => !panel)) return missing(`#/compare/${dataset}/${left}/${right}`);
  const count = Math.max(...sides.map((panel) => panel.bank.count));
  const bar = scaleBar();
  const show = (t) => {
    for (const one of sides) one.draw(Math.min(t, one.bank.count - 1));
    bar.set(null, look.colors);
  };
  const player = makePlayer(count, (t) => `snapshot ${t + 1} of ${count}`, show);
  player.go(count - 1);
  return [
    h("h1", {}, "Compare"),
    DATASETS.length > 1 && h("div", { class: "bar" }, menu("Dataset", same(DATASETS), dataset, (value) => go(value))),
    h("div", { class: "bar" },
      menu("Left", same(runsOf(dataset)), left, (value) => go(dataset, value, right)),
      menu("Right", same(runsOf(dataset)), right, (value) => go(dataset, left, value))),
    player.node,
    h("div", { class: "bar" }, modeChoice(() => player.refresh()), bar.node),
    h("div", { class: "columns" }, sides.map((panel) => panel.node)),
    differences(split(left)[0], split(right)[0]),
    compared && similarityFigure(compared, dataset),
    compared && h("div", { class: "columns" }, ARCHITECTURES.map((arch) => energyFigure(compared, dataset, arch))),
  ];
}

// Return the first run of another architecture, or else of another seed.
function another(dataset, left) {
  const runs = runsOf(dataset);
  return runs.find((name) => split(name)[0] !== split(left)[0]) ?? runs.find((name) => name !== left) ?? left;
}

const runsOf = (dataset) => SUMMARY.filter((row) => row.dataset === dataset).map((row) => `${row.arch} seed ${row.seed}`);
const split = (name) => name.split(" seed ");

async function side(dataset, arch, seed) {
  const run = await runBlock(dataset, arch, seed);
  if (!run) return null;
  const layer = convLayers(arch)[0];
  const bank = new Bank(run, layer);
  const columns = Math.ceil(Math.sqrt(bank.out * 1.5));
  const lines = Math.ceil(bank.out / columns);
  const on = raster(columns * (bank.width + 1) + 1, lines * (bank.height + 1) + 1, { "aria-label": `Kernels of ${arch}, seed ${seed}` });
  enlarge(on.canvas, Math.max(1, Math.floor(420 / on.width)));
  const outcome = outcomeOf(dataset, arch, seed);
  const facts = [["test accuracy", percent(outcome.test_accuracy)], ["parameters", outcome.parameters], ["smoothness", label(outcome.lag1, 2)], ["structured", percent(outcome.structured)], ["left of the start", outcome.initial_ratio === null ? "–" : `${label(outcome.initial_ratio, 3)}${decayNote(outcome.decay_factor)}`], ["failure", outcome.failure || "none"]].filter(([name]) => !UNKNOWN.includes(name));
  return {
    bank,
    draw(t) {
      on.pixels.fill(0);
      if (look.mode === "change" && !bank.untrained) return on.show(); // the change is unknown
      for (let kernel = 0; kernel < bank.out; kernel++) bank.drawFramed(on, Math.floor(kernel / columns) * (bank.height + 1) + 1, (kernel % columns) * (bank.width + 1) + 1, t, kernel, { ...look, own: true });
      on.show();
    },
    node: h("div", {},
      figure({ title: `${arch}, ${seedName(dataset, seed)}`, explain: `${bank.out} kernels of ${bank.k} × ${bank.k}, first layer, each on its own scale${PRETRAINED ? "" : "; red frame: dead or weak in the end"}.`, path: `runs/${dataset}/${arch}/seed${seed}/kernels.npz`, node: on.canvas, numbers: () => weightRows([bank], [seed], [bank.numbers], look.mode, bank.steps[Math.min(currentPlayer().now, bank.count - 1)]) }),
      scrolling(`${arch}, seed ${seed}, in numbers`, h("table", {}, h("caption", {}, "In numbers"), h("tbody", {}, facts.map(([name, value]) => h("tr", {}, h("th", { scope: "row", class: "text" }, name), h("td", {}, value))))))),
  };
}

function layerWords({ kind, name, kernels, kernel_size: k, stride, padding, size, units, source }) {
  const what = name ?? kind.replaceAll("_", " ");
  if (kind === "conv") return `${what} ${kernels} of ${k} × ${k}${stride > 1 ? `, stride ${stride}` : ""}${padding ? `, padding ${padding}` : ""}`;
  return [source ? `${what} ${source}` : what, size && `${size} × ${size}`, units].filter(Boolean).join(" ");
}

// Return a table of the settings in which two architectures differ.
function differences(left, right) {
  const [a, b] = [left, right].map((arch) => {
    const { training, layers, control } = OVERVIEW.architectures[arch];
    return { ...training, control, layers: layers.map(layerWords).join(", ") };
  });
  const rows = Object.keys(a).filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key])).map((key) => [key, a[key], b[key]]);
  if (!rows.length) return h("p", { class: "faint" }, PRETRAINED ? "How their training differed is unknown." : "Both have the same settings and differ in their seed alone.");
  const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  const column = (text, i) => ({ text, words: true, value: (row) => asText(row[i]), show: (row) => asText(row[i]) });
  return table("Settings that differ", [column("setting", 0), column(left, 1), column(right, 2)], rows);
}

// Return the figure of CKA between all conv layers of all runs: how similarly they respond to the same images.
function similarityFigure(compared, dataset) {
  const rows = records(compared.json.similarity);
  const name = (row, end) => `${row[`arch_${end}`]} seed ${row[`seed_${end}`]} ${row[`layer_${end}`]}`;
  const names = [...new Set(rows.flatMap((row) => [name(row, "a"), name(row, "b")]))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  if (!names.length) return null;
  const place = new Map(names.map((layer, i) => [layer, i]));
  const values = new Float64Array(names.length ** 2).fill(NaN);
  names.forEach((_, i) => { values[i * names.length + i] = 1; });
  for (const row of rows) {
    const [i, j] = [place.get(name(row, "a")), place.get(name(row, "b"))];
    values[i * names.length + j] = values[j * names.length + i] = row.cka ?? NaN;
  }
  const on = raster(names.length, names.length, { "aria-label": `Similarity of ${names.length} layers` });
  values.forEach((value, i) => { on.pixels[i] = Number.isFinite(value) ? viridis(Math.max(0, value)) : NOT_FINITE; });
  on.show();
  const cell = Math.max(2, Math.floor(560 / names.length));
  enlarge(on.canvas, cell);
  const beside = cell >= 12 ? h("div", { class: "names" }, names.map((layer) => h("div", { class: "label", style: `height: ${cell}px; line-height: ${cell}px` }, layer))) : null;
  const readout = h("div", { class: "readout" }, "Point at a square.");
  onPoint(on, (event) => {
    const [i, j] = pixelUnder(on, event).map((at) => Math.min(names.length - 1, Math.max(0, at)));
    readout.textContent = `${names[i]} and ${names[j]}: CKA ${label(values[i * names.length + j], 2)}`;
  });
  return figure({
    title: `Do all runs on ${dataset} see the images alike?`,
    explain: "Linear CKA, debiased, of all conv layers of all runs: dark is 0 (nothing in common), bright is 1 (the same but for a rotation). Runs stand in the order of architecture, seed and layer.",
    path: `compare/${dataset}/similarity.csv`,
    node: h("div", {}, h("div", { class: "matrix" }, beside, on.canvas), similarityScale(), readout),
    numbers: () => compared.json.similarity,
  });
}

function similarityScale() {
  const on = raster(256, 1, { "aria-hidden": "true" });
  for (let i = 0; i < 256; i++) on.pixels[i] = viridis(i / 255);
  on.show();
  return h("div", { class: "scale" }, h("span", { class: "label" }, "0"), on.canvas, h("span", { class: "label" }, "1"));
}

function energyFigure(compared, dataset, arch) {
  const curves = [];
  const tones = { untrained: 6, trained: 0, "random labels": 1, "noise as smooth": 2 }; // as in the figures
  for (const state of Object.keys(tones)) {
    const array = compared.arrays[`cumulative/${arch}/${state}`];
    if (!array) continue;
    const [seeds, components] = array.shape;
    const count = Math.min(components, 40);
    const y = Array.from({ length: count }, (_, c) => Array.from({ length: seeds }, (_, i) => array.data[i * components + c] - (c ? array.data[i * components + c - 1] : 0)).filter(Number.isFinite).reduce((sum, value, _, all) => sum + value / all.length, 0));
    curves.push({ name: state, x: y.map((_, c) => c + 1), y, color: tone(tones[state]), dash: state === "trained" ? null : "4 3" });
  }
  if (!curves.length) return null;
  return figure({
    title: `${arch}: where the kernels' energy lies`,
    explain: "Mean over seeds of the energy along the principal components of the images' own patches, first 40: trained kernels use the first ones, white noise uses all alike, and noise as smooth as the kernels uses the first ones too.",
    path: `compare/${dataset}/${arch}/energy.csv`,
    node: lineChart({ name: "energy over components", curves, x: "principal component", y: "share of energy" }).node,
    numbers: chartNumbers("component", curves),
  });
}
