// Two runs side by side, by default two seeds of one network, and what all runs have in common.

import { ARCHITECTURES, DATASETS, PRETRAINED, SUMMARY, UNKNOWN, block, outcomeOf, runBlock, seedName } from "../data.js";
import { address, h, menu, same, table, textColumn } from "../dom.js";
import { decayNote, label, percent } from "../format.js";
import { momentsOf } from "../kernels.js";
import { look, lookChoices } from "../style.js";
import { makePlayer } from "../player.js";
import { scaleBar } from "../raster.js";
import { diagram } from "./diagram.js";
import { energyFigure } from "./energy.js";
import { missing } from "./missing.js";
import { layerFigures } from "./pairs.js";
import { trainingDifferences } from "./settings.js";
import { similarityFigure } from "./similarity.js";

export async function comparison(dataset = DATASETS[0], left = runsOf(dataset)[0], right = another(dataset, left)) {
  const compared = await block(`compare/${dataset}`);
  const go = (...path) => { location.hash = address(["compare", ...path]); };
  const sides = await Promise.all([left, right].map((name) => side(dataset, ...split(name))));
  if (sides.some((one) => !one)) return missing(`#/compare/${dataset}/${left}/${right}`);
  const figures = layerFigures(compared, sides);
  const { longest, steps, when } = momentsOf(figures.flatMap(({ banks }) => banks));
  const bar = scaleBar();
  const show = (t) => {
    look.limit = Math.max(...figures[0].banks.map((bank) => bank.limits[look.mode]));
    for (const one of figures) one.draw(steps[t]);
    bar.set(look.own ? null : look.limit, look.colors);
  };
  const player = makePlayer(steps.length, when, show, { steps, rates: longest.count > 2 ? longest.rates : null });
  player.go(player.now);
  const archs = [...new Set(sides.map(({ arch }) => arch))];
  return [
    h("h1", {}, archs.length > 1 ? `${archs[0]} beside ${archs[1]}` : `Two seeds of ${archs[0]}`),
    h("div", { class: "bar" },
      DATASETS.length > 1 && menu("Dataset", same(DATASETS), dataset, (value) => go(value)),
      menu("Above", same(runsOf(dataset)), left, (value) => go(dataset, value, right)),
      menu("Below", same(runsOf(dataset)), right, (value) => go(dataset, left, value))),
    player.node,
    h("div", { class: "bar" }, lookChoices(() => player.refresh()), bar.node),
    figures.map(({ node }) => node),
    archs.map((arch) => [h("h2", {}, `The layers of ${arch}`), diagram(dataset, arch)]).filter(([, drawn]) => drawn),
    factsTable(dataset, sides),
    differences(...sides.map(({ arch }) => arch)),
    compared && [similarityFigure(compared, dataset), h("div", { class: "columns" }, ARCHITECTURES.map((arch) => energyFigure(compared, dataset, arch)))],
  ];
}

// Return another seed of the same architecture, or else the next run.
function another(dataset, left) {
  const others = runsOf(dataset).filter((name) => name !== left);
  return others.find((name) => split(name)[0] === split(left)[0]) ?? others[0] ?? left;
}

// Return the names of all runs, in the order of the architectures in the config.
const runsOf = (dataset) => ARCHITECTURES.flatMap((arch) => SUMMARY.filter((row) => row.dataset === dataset && row.arch === arch).map((row) => `${row.arch} seed ${row.seed}`));
const split = (name) => name.split(" seed ");

async function side(dataset, arch, seed) {
  const run = await runBlock(dataset, arch, seed);
  return run && { dataset, arch, seed: Number(seed), run };
}

function factsTable(dataset, sides) {
  const facts = sides.map(({ arch, seed }) => {
    const outcome = outcomeOf(dataset, arch, seed);
    return { "test accuracy": percent(outcome.test_accuracy), parameters: outcome.parameters?.toLocaleString("en") ?? "–", smoothness: label(outcome.lag1, 2), structured: percent(outcome.structured), "left of the start": outcome.initial_ratio === null ? "–" : `${label(outcome.initial_ratio, 3)}${decayNote(outcome.decay_factor)}`, failure: outcome.failure || "none" };
  });
  const rows = Object.keys(facts[0]).filter((name) => !UNKNOWN.includes(name)).map((name) => [name, ...facts.map((of) => String(of[name]))]);
  const names = sides.map(({ arch, seed }) => `${arch}, ${seedName(dataset, seed)}`);
  return table("Both in numbers.", ["what", ...names].map((name, i) => textColumn(name, (row) => row[i])), rows);
}

// Return the settings in which two architectures differ.
function differences(left, right) {
  if (PRETRAINED) return h("p", { class: "faint" }, "How their training differed is unknown.");
  if (left === right) return h("p", { class: "faint" }, "Both have the same settings and differ only in their seed.");
  return trainingDifferences(left, right) ?? h("p", { class: "faint" }, "They are trained alike and differ in their layers.");
}
