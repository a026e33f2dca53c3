// The view of one kernel.

import { UNLABELED, block, convLayers, runBlock, seedName } from "../data.js";
import { h, link } from "../dom.js";
import { figure } from "../figure.js";
import { beyondChance, decayNote, label, pValue } from "../format.js";
import { Bank, weightRows } from "../kernels.js";
import { look, lookChoices } from "../style.js";
import { makePlayer } from "../player.js";
import { enlarge, onPoint, pixelUnder, raster, scaleBar } from "../raster.js";
import { ablationFigure, matchFigure, measureCharts, measureSection, measuresAtEnd, pixelFigure, rowsOf, topFigure, tuningFigure } from "./evidence.js";
import { missing } from "./missing.js";
import { teaching } from "./teaching.js";

export async function kernelView(dataset, arch, seedText, layer, kernelText) {
  const [seed, kernel] = [Number(seedText), Number(kernelText)];
  const run = await runBlock(dataset, arch, seed);
  if (!run || !run.arrays[`kernels/${layer}`] || !(kernel < run.arrays[`kernels/${layer}`].shape[1])) return missing(`#/${[dataset, arch, seed, layer, kernel].join("/")}`);
  const bank = new Bank(run, layer);
  const [data, compared] = await Promise.all([block(`data/${dataset}`), block(`compare/${dataset}`)]);
  const row = rowsOf(run.json.atlas, layer, kernel)[0] ?? {};
  const big = magnified(bank, kernel, `Kernel ${kernel}`);
  const bar = scaleBar();
  const charts = measureCharts(run, layer, kernel);
  const show = (t) => {
    look.limit = bank.limits[look.mode];
    big.draw(t);
    bar.set(look.own ? bank.largest(look.mode, t, kernel) : look.limit, look.colors);
    for (const { chart } of charts) chart.cursor(bank.epochs[t]);
  };
  const player = makePlayer(bank.count, (t) => bank.when(t), show, { steps: bank.steps });
  player.refresh();
  const step = (by) => link([dataset, arch, seed, layer, (kernel + by + bank.out) % bank.out], by < 0 ? "← previous kernel" : "next kernel →");
  const folder = `runs/${dataset}/${arch}/seed${seed}`;
  const first = convLayers(arch)[0] === layer;
  return [
    h("h1", {}, `${arch}, ${seedName(dataset, seed)}, ${layer}, kernel ${kernel}`),
    h("p", { class: "bar" }, step(-1), link(["evolution", dataset, arch, layer], "all seeds"), step(1), h("span", { class: "faint" }, "Link to this kernel: ", h("code", {}, `#/${[dataset, arch, seed, layer, kernel].join("/")}`))),
    player.node,
    h("div", { class: "bar" }, lookChoices(() => player.refresh()), bar.node),
    bank.untrained ? null : h("p", { class: "faint" }, "Its untrained state was not published, so its change is unknown."),
    bank.untrained && bank.estimated ? h("p", { class: "faint" }, "Its change is an estimate by least squares, because the weight decay is unknown.") : null,
    h("div", { class: "columns" },
      figure({ title: `Kernel ${kernel}`, explain: "Each square is a weight; point at one, or move over it with the arrow keys, for its number.", path: `${folder}/kernels.npz`, node: big.node, numbers: () => weightRows([bank], [seed], [[kernel]], look.mode, bank.steps[player.now]) }),
      h("div", {}, h("h2", {}, "In words"), inWords(row, run.json.layers[layer].decay_factor)),
      pixelFigure(run, layer, kernel, folder),
      topFigure(run, data, layer, kernel, folder),
      tuningFigure(run, layer, kernel, folder),
      ablationFigure(run, layer, kernel, folder),
      await matchFigure(compared, dataset, arch, seed, layer, kernel)),
    charts.length ? measureSection(charts, folder) : measuresAtEnd(run, layer, kernel),
    first && data && !UNLABELED && [h("h2", {}, "Watch it work"), await teaching(run, data, layer, kernel, arch)],
  ];
}

// Return one kernel with large pixels; pointer and arrow keys show its weights.
function magnified(bank, kernel, name) {
  const on = raster(bank.width, bank.height, { tabindex: 0, "data-keys": true, "aria-label": `${name}: arrow keys move over its weights` });
  enlarge(on.canvas, Math.max(1, Math.floor(330 / Math.max(bank.width, bank.height))));
  const readout = h("div", { class: "readout", "aria-live": "polite" }, " ");
  let [snapshot, row, col] = [bank.count - 1, -1, 0];
  const tell = () => {
    const weight = bank.weightAt(row, col);
    readout.textContent = weight ? bank.told(snapshot, kernel, weight, 5) : " ";
  };
  onPoint(on, (event) => {
    [row, col] = pixelUnder(on, event);
    tell();
  });
  on.canvas.addEventListener("keydown", (event) => {
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
    if (!down && !right) return;
    event.preventDefault();
    row = Math.max(0, Math.min(on.height - 1, row + down));
    col = Math.max(0, Math.min(on.width - 1, col + right));
    tell();
  });
  return {
    node: h("div", {}, on.canvas, readout),
    draw(t) {
      snapshot = t;
      bank.draw(on, 0, 0, t, kernel, look);
      on.show();
      if (row >= 0) tell();
    },
  };
}

function inWords(row, factor) {
  const isKnown = (value) => value !== null && value !== undefined;
  const claim = (p, text) => h("li", { class: beyondChance(p) ? null : "faint" }, text, isKnown(p) ? ` (${pValue(p)}${beyondChance(p) ? "" : ": chance does as well"}).` : " (no test says more).");
  const share = (value) => `${label(Math.round(100 * value))} %`;
  return h("ul", {},
    isKnown(row.alive) && h("li", {}, row.alive === false ? h("span", { class: "bad" }, "Dead or weak: it hardly answers to any training image.") : "Alive: it answers to training images."),
    isKnown(row.settled_step) && h("li", {}, `Settled ${row.settled_after < row.settled_step ? `between steps ${row.settled_after} and ${row.settled_step}` : `at step ${row.settled_step}`}: from then on much as in the end.`),
    isKnown(row.initial_ratio) && h("li", {}, `What is left of the random start, relative to the kernel: ${label(row.initial_ratio, 3)}${decayNote(factor)}.`),
    isKnown(row.lag1) && claim(row.lag1_p, `Smooth: neighboring weights correlate with ${label(row.lag1, 2)}`),
    isKnown(row.orientation_concentration) && claim(row.orientation_concentration_p, `Oriented at ${Math.round(row.orientation)}°, concentration ${label(row.orientation_concentration, 2)}`),
    row.selective_class && claim(row.selectivity_p, `Prefers “${row.selective_class}” with ${label(row.selectivity, 2)}`),
    isKnown(row.ablation_drop) && claim(row.ablation_p, `Without it the network loses ${share(row.ablation_drop)} of its accuracy, ${share(row.ablation_low)} to ${share(row.ablation_high)}${row.ablation_class ? `, most of “${row.ablation_class}”` : ""}`),
    isKnown(row.shape_r2) && claim(row.shape_p, `Shape: ${row.shape}; the best model explains ${share(Math.max(row.shape_r2, 0))} of pixels that it has not seen`),
    row.description && claim(row.feature_p, `Responds most to: ${row.description}`));
}
