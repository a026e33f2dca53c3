// Charts of loss and accuracy over the steps of the training, with a curve for each seed.

import { chartNumbers, lineChart } from "../chart.js";
import { PRETRAINED, UNLABELED, records } from "../data.js";
import { h } from "../dom.js";
import { figure } from "../figure.js";
import { label } from "../format.js";

// Return the rows of a history at which the training moves to another layer, for networks trained layer by layer.
const begins = (rows) => rows.flatMap((row, i) => (i && row.layer !== rows[i - 1].layer ? [i] : []));

const PLAIN = "A curve for every seed; the red line is at the slider.";
const LAYERWISE = " One layer is trained after another: the curve is broken where the next begins. The gap is the free energy of test images minus that of the same images with shuffled pixels.";

// Return {charts, node}. runs: payloads; seeds: their names; folder: of the runs.
export function losses(runs, seeds, folder) {
  const histories = runs.map((run) => records(run.json.history));
  const across = histories.flat().some((row) => row.step !== null) ? "step" : "epoch"; // all that published losses may have
  const epochs = new Map(histories.flatMap((rows) => rows.map((row) => [row.step, row.epoch])));
  const perEpoch = [...epochs].filter(([step]) => step > 0).map(([step, epoch]) => epoch / step)[0];
  const second = Number.isFinite(perEpoch) ? { name: "epoch", of: (step) => label(epochs.get(step) ?? step * perEpoch, 3) } : null;
  const curvesOf = (column, times = 1) => histories.map((rows, i) => ({ name: seeds[i], x: rows.map((row) => row[across]), y: rows.map((row) => times * (row[column] ?? NaN)), begins: begins(rows) }));
  const all = UNLABELED
    ? [["error of the reconstruction", curvesOf("test_loss"), { low: 0 }], ["free energy gap, ‰", curvesOf("free_energy", 1000), {}]]
    : [["test loss", curvesOf("test_loss"), {}], ["test images right", curvesOf("test_accuracy"), { low: 0, high: 1, format: "percent" }]];
  if (PRETRAINED) all.unshift(["training loss", curvesOf("train_loss"), {}]);
  const parts = all.filter(([, curves]) => curves.some((curve) => curve.y.some(Number.isFinite)));
  const charts = parts.map(([name, curves, range]) => lineChart({ name: `${name} over the ${across}s`, curves, x: across, y: name, second, legend: seeds.length <= 9, ...range }));
  const node = h("div", { class: "columns" }, parts.map(([name, curves], i) => figure({
    title: `${name[0].toUpperCase()}${name.slice(1)}`,
    explain: PLAIN + (UNLABELED ? LAYERWISE : ""),
    path: `${folder}/history.csv`,
    node: charts[i].node,
    numbers: chartNumbers(across, curves),
  })));
  return { charts, node };
}
