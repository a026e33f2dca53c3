// All seeds of an architecture side by side, with one slider.

import { ARCHITECTURES, DATASETS, OVERVIEW, PRETRAINED, SEEDS, UNLABELED, block, convLayers, outcomeOf, records, runBlock, seedName } from "../data.js";
import { address, choice, h, idle, menu, same } from "../dom.js";
import { figure } from "../figure.js";
import { label } from "../format.js";
import { Bank, SUM, momentsOf, weightRows } from "../kernels.js";
import { currentPlayer, makePlayer } from "../player.js";
import { PixelBank } from "../projection.js";
import { scaleBar } from "../raster.js";
import { keep, kept } from "../state.js";
import { colorWords, look, lookChoices, scaleColors } from "../style.js";
import { columnsOf } from "./columns.js";
import { losses } from "./losses.js";
import { sheet } from "./sheet.js";
import { typesFigure } from "./types.js";

const MOST_BUTTONS = 8; // layers of a network that have a button each
const MOST_CHANNELS = 16; // that have a button each
const LEAST = { weights: 3, pixels: 2 }; // screen pixels of a weight
let drawn = "pixels"; // how kernels of deeper layers are drawn, where both ways exist

export async function evolution(dataset = DATASETS[0], arch = ARCHITECTURES[0], layer = convLayers(arch)[0]) {
  const runs = await Promise.all(SEEDS[arch].map((seed) => runBlock(dataset, arch, seed)));
  const seeds = SEEDS[arch].filter((_, i) => runs[i]);
  const held = runs.filter(Boolean);
  if (!held.length) return [h("h1", {}, "Evolution"), h("p", {}, "No run of this architecture is in this page.")];
  const compared = await block(`compare/${dataset}`);
  const place = h("div");
  const { charts, node: curves } = losses(held, seeds.map((seed) => seedName(dataset, seed)), `runs/${dataset}/${arch}/seed*`);
  const start = () => place.replaceChildren(...kernelsOf({ dataset, arch, layer, held, seeds, compared, charts, restart: start }).filter(Boolean));
  start();
  return [
    h("h1", {}, `How the kernels of ${arch} emerge`),
    picker(dataset, arch, layer),
    place,
    curves,
    await typesFigure(compared, dataset, arch, layer),
  ];
}

// Return the player and the sheet of kernels. restart: draws everything again, if kernels are to be drawn in another way.
function kernelsOf({ dataset, arch, layer, held, seeds, compared, charts, restart }) {
  const banks = held.map((run) => bankOf(run, dataset, arch, layer));
  const atlases = held.map((run) => records(run.json.atlas).filter((row) => row.layer === layer));
  const matched = columnsOf(compared?.json.archs[arch], layer, seeds, banks.map((bank) => bank.out), atlases);
  const { longest, steps, when } = momentsOf(banks);
  const bar = scaleBar();
  const rows = banks.map((bank, i) => ({ bank, seed: seeds[i], head: (isFirst) => rowHead(bank, dataset, arch, seeds[i], isFirst), path: (kernel) => [dataset, arch, seeds[i], layer, kernel] }));
  const isProjected = longest instanceof PixelBank;
  const kernels = sheet({ rows, columns: matched.columns, least: isProjected ? LEAST.pixels : LEAST.weights, isMatched: matched.isMatched });
  const prepare = preparation(banks.filter((bank) => bank instanceof PixelBank), steps);
  const show = (t) => {
    look.limit = Math.max(...banks.map((bank) => bank.limits[look.mode]));
    kernels.draw(steps[t]);
    for (const chart of charts) chart.cursor(steps[t]);
    bar.set(look.own ? null : look.limit, scaleColors(longest), look.own ? null : limitWords(banks));
    prepare();
  };
  const player = makePlayer(steps.length, when, show, { steps, rates: longest.count > 2 ? rates(held, layer) : null });
  player.refresh();
  const state = () => `${when(player.now)}; ${look.own ? "each kernel on its own scale" : "shared scale"}${look.mode === "change" ? "; change without the random start" : ""}${isProjected ? "; in pixels" : ""}`;
  const order = seeds.map((_, i) => matched.columns.map((column) => column.kernels[i]));
  return [
    player.node,
    figure({
      title: `${arch}, ${layer}: ${seeds.length > 1 ? "all seeds" : seedName(dataset, seeds[0])}`,
      path: `runs/${dataset}/${arch}/seed*/kernels.npz`,
      state,
      node: h("div", {}, kernels.node, h("div", { class: "bar" }, bar.node)),
      numbers: () => weightRows(banks, seeds, order, look.mode, steps[player.now]),
    }),
    h("div", { class: "bar" }, wayChoice(held[0], layer, restart), channelChoice(longest, restart), lookChoices(() => player.refresh(), longest.isColored)),
    h("p", { class: "faint" }, explained(matched, seeds, banks, longest, isProjected)),
  ];
}

function bankOf(run, dataset, arch, layer) {
  const isPixels = drawn === "pixels" && run.json.layers[layer].composed;
  return isPixels ? new PixelBank(run, layer, OVERVIEW.architectures[arch].layers) : new Bank(run, layer, channelsOf(dataset));
}

// Return which channels of a dataset a first layer shows, in which colors, with their names.
function channelsOf(dataset) {
  const { palette = null, channel_names: names = null } = OVERVIEW.datasets[dataset] ?? {};
  const wanted = kept("channel") ?? "";
  return { palette, names, chosen: wanted === SUM ? SUM : /^\d+$/.test(wanted) ? Number(wanted) : null };
}

// Return buttons for the channels of a first layer that sees several: side by side, all in their colors, or a single one.
function channelChoice(bank, restart) {
  if (bank instanceof PixelBank || !bank.seesPixels || bank.channels < 2) return null;
  const ways = [bank.channels !== 3 && [null, "Channels: side by side"], [bank.channels === 3 ? null : SUM, bank.channels === 3 ? "Channels: in color" : "in color"]];
  const single = Array.from({ length: Math.min(bank.channels, MOST_CHANNELS) }, (_, number) => [number, bank.names?.[number] ?? String(number)]);
  return choice("Channels", [...ways.filter(Boolean), ...single], bank.single ?? bank.chosen, (channel) => {
    keep("channel", channel);
    restart();
  });
}

// Return buttons for kernels of a deeper layer in pixels or as weights; null where there is no choice.
const wayChoice = (run, layer, restart) => run.json.layers[layer].composed && choice("Kernels of deeper layers", [["pixels", "In pixels"], ["weights", "Weights"]], drawn, (way) => {
  drawn = way;
  restart();
});

// Return the scale of each run in words, from the smallest limit to the largest.
function limitWords(banks) {
  const limits = banks.map((bank) => bank.limits[look.mode]);
  const [low, high] = [Math.min(...limits), Math.max(...limits)].map((limit) => label(limit, 2));
  return low === high ? null : `by seed ±${low} to ±${high}`;
}

// Return the mean net movement of the kernels of all runs per step, from each snapshot to the next.
function rates(held, layer) {
  const all = held.map((run) => new Bank(run, layer).rates);
  return all[0].map((_, t) => all.reduce((sum, one) => sum + (one[t] ?? 0) / all.length, 0));
}

const coarseFirst = (a, b) => ((b & -b) || Infinity) - ((a & -a) || Infinity); // every 16th number before every 8th

// Return a function that lets the banks compute snapshots while the browser has nothing else to do, so that the slider
// moves smoothly: the one on display first, which is then drawn, then a few of the whole training, then all. It stops
// when the reader leaves the view.
function preparation(banks, steps) {
  const order = steps.map((_, t) => t).sort(coarseFirst);
  const unready = (t) => banks.find((bank) => !bank.isReady(look.mode, bank.at(steps[t])));
  let player = null; // of the view, while there is something to compute
  const work = (deadline) => {
    if (currentPlayer() !== player) return;
    do {
      const t = [player.now, ...order].find(unready);
      if (t === undefined) {
        player = null;
        return;
      }
      const bank = unready(t);
      bank.advance(look.mode, bank.at(steps[t]));
      if (t === player.now && !unready(t)) player.refresh();
    } while (deadline.timeRemaining() > 1);
    idle(work);
  };
  return () => {
    if (player || !banks.length) return;
    player = currentPlayer();
    idle(work);
  };
}

function explained({ isMatched, columns, reference, chance }, seeds, banks, bank, isProjected) {
  const sentences = [isMatched
    ? `In each column are the kernels that match a kernel of seed ${seeds[reference]}, in the order of the lowest similarity; kernels without a match come last.${chance === null ? "" : ` A gray similarity: a seed has no match, or the lowest one is not above ${label(chance, 2)}, the mean of kernels rotated at random or permuted.`}`
    : "Kernels are in the order of their numbers."];
  if (columns.some(({ name }) => name)) sentences.push("Above each column is the feature that its kernels respond to beyond chance.");
  if (bank.isColored) sentences.push(colorWords(true));
  if (isProjected) sentences.push("A kernel in pixels is what it looks for in the image, through the layers before it as if they were linear.");
  if (bank.ends) sentences.push("Of this layer the page has the first and the last snapshot.");
  if (banks.some(({ dead }) => dead.size)) sentences.push("Hatched kernels are dead in the end.");
  if (!banks.every(({ array }) => array.last.every(Number.isFinite))) sentences.push("Orange weights are not finite.");
  sentences.push("Weights are exact at the first and the last snapshot, and within 1/127 of the layer's largest between, so small changes look coarse when each kernel has its own scale.");
  return `${sentences.join(" ")} Click a kernel for all about it.`;
}

function picker(dataset, arch, layer) {
  const go = (...path) => { location.hash = address(["evolution", ...path]); };
  const layers = convLayers(arch);
  const select = layers.length > MOST_BUTTONS ? menu : choice;
  return h("div", { class: "bar" },
    DATASETS.length > 1 && menu("Dataset", same(DATASETS), dataset, (value) => go(value, arch, layer)),
    menu("Network", same(ARCHITECTURES), arch, (value) => go(dataset, value, convLayers(value)[0])),
    layers.length > 1 ? select("Layer", same(layers), layer, (value) => go(dataset, arch, value)) : h("span", { class: "faint" }, `layer ${layer}`));
}

// Return the name of a seed, and in the first line how well its network does and which of its kernels are dead.
function rowHead(bank, dataset, arch, seed, isFirst) {
  if (!isFirst) return h("strong", {}, seedName(dataset, seed));
  const outcome = outcomeOf(dataset, arch, seed);
  const right = Number.isFinite(outcome.test_accuracy) ? `${label(100 * outcome.test_accuracy, 3)} % of test images right` : "";
  const about = outcome.failure || (PRETRAINED ? (bank.untrained ? "" : "untrained state not published") : UNLABELED ? "" : right);
  return [
    h("strong", {}, seedName(dataset, seed)),
    about && h("div", { class: outcome.failure ? "bad" : "faint" }, about),
    bank.dead.size > 0 && h("div", { class: "faint" }, `dead: ${[...bank.dead].join(", ")}`),
  ];
}
