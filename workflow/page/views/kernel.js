// The view of one kernel.

import { OVERVIEW, UNLABELED, block, convLayers, records, runBlock, seedName } from "../data.js";
import { h, link } from "../dom.js";
import { figure } from "../figure.js";
import { Bank, weightRows } from "../kernels.js";
import { colorWords, look, lookChoices, scaleColors } from "../style.js";
import { makePlayer } from "../player.js";
import { withProjection } from "../projection.js";
import { scaleBar } from "../raster.js";
import { ablationFigure, lossWords } from "./kernel/ablation.js";
import { about, claimList, claimsOf, kernelName } from "./kernel/claims.js";
import { likeFigure } from "./kernel/likes.js";
import { measureCharts, measureSection, measuresAtEnd } from "./kernel/measures.js";
import { missing } from "./missing.js";
import { patchFigure } from "./kernel/patches.js";
import { pixelFigure } from "./kernel/pixels.js";
import { filmstrip, magnified } from "./kernel/portrait.js";
import { teaching } from "./kernel/teaching.js";
import { tuningFigure } from "./kernel/tuning.js";

export async function kernelView(dataset, arch, seedText, layer, kernelText) {
  const [seed, kernel] = [Number(seedText), Number(kernelText)];
  const run = await runBlock(dataset, arch, seed);
  if (!run || !run.arrays[`kernels/${layer}`] || !(kernel < run.arrays[`kernels/${layer}`].shape[1])) return missing(`#/${[dataset, arch, seed, layer, kernel].join("/")}`);
  const bank = new Bank(run, layer);
  const [data, compared, claims] = await Promise.all([block(`data/${dataset}`), block(`compare/${dataset}`), claimsOf(dataset, arch, seed, layer, kernel)]);
  const folder = `runs/${dataset}/${arch}/seed${seed}`;
  const spec = OVERVIEW.architectures[arch].layers;
  const parts = {
    portrait: magnified(bank, kernel),
    film: filmstrip(bank, kernel),
    patches: patchFigure(run, data, spec, bank, layer, kernel, folder),
    likes: await likeFigure(compared, dataset, arch, bank, seed, layer, kernel),
    lesson: data && !UNLABELED && convLayers(arch)[0] === layer ? teaching(run, data, bank, layer, kernel, arch) : null,
  };
  const bar = scaleBar();
  const charts = measureCharts(run, layer, kernel);
  const show = (t) => {
    look.limit = bank.limits[look.mode];
    for (const part of [parts.portrait, parts.film, parts.patches, parts.lesson]) part?.draw(t);
    parts.likes?.draw(bank.steps[t]);
    bar.set(look.own ? bank.largest(look.mode, t, kernel) : look.limit, scaleColors(bank));
    for (const { chart } of charts) chart.cursor(bank.steps[t]);
  };
  const player = makePlayer(bank.count, (t) => bank.when(t), show, { steps: bank.steps, rates: bank.rates });
  player.refresh();
  const name = kernelName(claims);
  const portrait = figure({ title: `Kernel ${kernel}`, explain: `${bank.k} × ${bank.k} weights${bank.channels > 1 ? ` on each of ${bank.channels} channels` : ""}. ${bank.isColored ? colorWords(true) : "Red: a bright pixel there adds to the response; blue: it takes away."}`, path: `${folder}/kernels.npz`, node: parts.portrait.node, numbers: () => weightRows([bank], [seed], [[kernel]], look.mode, bank.steps[player.now]) });
  return [
    h("h1", {}, name ? `Kernel ${kernel}: ${name}` : `Kernel ${kernel}`),
    h("p", { class: "bar" }, h("span", {}, `${arch} · ${seedName(dataset, seed)} · ${layer}`), neighbors(dataset, arch, seed, layer, kernel, bank.out)),
    player.node,
    h("div", { class: "first" },
      h("div", { class: "self" }, portrait, parts.film?.node, h("div", { class: "bar" }, lookChoices(() => player.refresh(), bank.isColored), bar.node), unknown(bank)),
      h("div", {}, parts.lesson ? [h("h2", {}, "Watch it work"), parts.lesson.node] : pixelFigure({ ...run, arrays: withProjection(run, layer, spec) }, layer, kernel, folder), parts.patches?.node),
      h("div", {}, h("h2", {}, "About it"), sentence(run, claims, layer, kernel, bank), parts.likes?.node)),
    h("div", { class: "columns" }, ablationFigure(run, layer, kernel, folder), tuningFigure(run, layer, kernel, folder)),
    Object.keys(claims).length > 0 && [h("h2", {}, "What is tested"), claimList(claims)],
    charts.length ? measureSection(charts, folder) : measuresAtEnd(run, layer, kernel),
  ];
}

function neighbors(dataset, arch, seed, layer, kernel, count) {
  const step = (by) => link([dataset, arch, seed, layer, (kernel + by + count) % count], by < 0 ? "← previous kernel" : "next kernel →");
  return [count > 1 && step(-1), link(["evolution", dataset, arch, layer], "all seeds"), count > 1 && step(1)];
}

// Return sentences about the kernel from its tests and its row of atlas.csv.
function sentence(run, claims, layer, kernel, bank) {
  const rows = records(run.json.atlas).filter((row) => row.layer === layer);
  const row = rows.find((one) => one.kernel === kernel) ?? {};
  const settled = rows.map((one) => one.settled_step).filter(Number.isFinite);
  const words = about(claims, row, settled, bank.steps.at(-1), lossWords(run, layer, kernel));
  return words && h("p", { class: "about" }, words);
}

// Return what is not known about the change of the kernels.
function unknown(bank) {
  if (!bank.untrained) return h("p", { class: "faint" }, "Its untrained state was not published, so its change is unknown.");
  return bank.estimated ? h("p", { class: "faint" }, "Its change is an estimate by least squares, because the weight decay is unknown.") : null;
}
