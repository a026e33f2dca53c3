// All seeds of an architecture side by side, with one slider.

import { chartNumbers, lineChart } from "../chart.js";
import { ARCHITECTURES, DATASETS, PRETRAINED, SEEDS, UNLABELED, block, convLayers, outcomeOf, records, runBlock, seedName } from "../data.js";
import { address, choice, h, link, menu, same } from "../dom.js";
import { figure } from "../figure.js";
import { label, percent } from "../format.js";
import { Bank, weightRows } from "../kernels.js";
import { look, lookChoices } from "../style.js";
import { makePlayer } from "../player.js";
import { enlarge, pixelUnder, raster, scaleBar } from "../raster.js";
import { tile } from "../tile.js";

export async function evolution(dataset = DATASETS[0], arch = ARCHITECTURES[0], layer = convLayers(arch)[0]) {
  const runs = await Promise.all(SEEDS[arch].map((seed) => runBlock(dataset, arch, seed)));
  const seeds = SEEDS[arch].filter((_, i) => runs[i]);
  const banks = runs.filter(Boolean).map((run) => new Bank(run, layer));
  if (!banks.length) return [h("h1", {}, "Evolution"), h("p", {}, "No run of this architecture is in this page.")];
  const compared = await block(`compare/${dataset}`);
  const order = aligned(compared, arch, layer, seeds, banks);
  const longest = banks.reduce((a, b) => (b.steps.at(-1) > a.steps.at(-1) ? b : a));
  const bar = scaleBar();
  const rows = banks.map((bank, i) => seedRow(bank, order[i], dataset, arch, seeds[i], layer));
  const { charts, node: curves } = losses(runs.filter(Boolean), seeds.map((seed) => seedName(dataset, seed)));

  function show(t) {
    look.limit = Math.max(...banks.map((bank) => bank.limits[look.mode]));
    for (const row of rows) row.draw(longest.steps[t]);
    for (const chart of charts) chart.cursor(longest.epochs[t]);
    bar.set(look.own ? null : look.limit, look.colors);
  }
  const player = makePlayer(longest.count, (t) => longest.when(t), show, { steps: longest.steps });
  player.refresh();
  const matchedWords = order.matched
    ? `Columns are matched kernels: below each kernel of seed ${seeds[order.reference]} is its match in every other seed; kernels without a match are at the end of their row.`
    : "Kernels stand in the order of their numbers.";
  const ends = longest.count === 2 && convLayers(arch)[0] !== layer ? " Of this layer the page holds the first and the last snapshot." : "";
  return [
    h("h1", {}, `How the kernels of ${arch} came about`),
    picker(dataset, arch, layer),
    player.node,
    h("div", { class: "bar" }, lookChoices(() => player.refresh()), bar.node),
    figure({
      title: `${dataset}, ${arch}, ${layer}: all seeds`,
      explain: `${matchedWords}${ends} “Change” takes out what is left of the random start. Click a kernel for all about it.`,
      path: `runs/${dataset}/${arch}/seed*/kernels.npz`,
      node: h("div", { class: "rows" }, rows.map((row) => [row.name, row.node])),
      numbers: () => weightRows(banks, seeds, order, look.mode, longest.steps[player.now]),
    }),
    await vocabularyFigure(compared, dataset, arch, layer),
    curves,
  ];
}

// Return the table of the types of kernels, and which seeds have them.
async function vocabularyFigure(compared, dataset, arch, layer) {
  const tables = compared?.json.archs[arch];
  const rows = tables?.vocabulary ? records(tables.vocabulary).filter((row) => row.layer === layer) : [];
  if (!rows.length) return null;
  const path = `compare/${dataset}/${arch}/vocabulary.csv`;
  const title = `Which types of kernels does every seed have?`;
  if (rows[0].type === null) return figure({ title, explain: `No types: ${rows[0].reason}.`, path, node: h("div", {}), numbers: () => tables.vocabulary });
  const tiles = await Promise.all(rows.slice(0, 24).map((row) => {
    const dealt = row.seeds_permuted === null ? null : h("div", { class: "faint" }, `dealt at random: ${label(row.seeds_permuted, 2)}`);
    const words = `${row.seeds} of ${row.seeds_total} seeds`;
    return tile(dataset, arch, row.exemplar_seed, layer, row.exemplar_kernel, 72, row.name, h("div", {}, words), dealt);
  }));
  const drawn = tiles.filter(Boolean);
  const every = rows.filter((row) => row.seeds === row.seeds_total).length;
  return figure({
    title,
    explain: `${rows.length} types of kernels, found without knowing the seeds; ${every} of them in every seed. Each with its most typical kernel, the seeds that have it, and how many seeds would have it if the kernels were dealt to them at random.`,
    path,
    node: h("div", { class: "tiles" }, drawn.length ? drawn : "the page does not have their runs"),
    numbers: () => tables.vocabulary,
  });
}

function picker(dataset, arch, layer) {
  const go = (...path) => { location.hash = address(["evolution", ...path]); };
  return h("div", { class: "bar" },
    DATASETS.length > 1 && menu("Dataset", same(DATASETS), dataset, (value) => go(value, arch, layer)),
    menu("Architecture", same(ARCHITECTURES), arch, (value) => go(dataset, value, convLayers(value)[0])),
    choice("Layer", same(convLayers(arch)), layer, (value) => go(dataset, arch, value)));
}

// Return each seed's kernels in the order of the columns, from the matches with a reference seed.
function aligned(compared, arch, layer, seeds, banks) {
  const numbers = banks.map((bank) => bank.numbers);
  const rows = compared && compared.json.archs[arch] ? records(compared.json.archs[arch].matches).filter((row) => row.layer === layer) : [];
  const reference = seeds.findIndex((seed) => rows.some((row) => row.seed_a === seed || row.seed_b === seed));
  if (reference < 0) return Object.assign(numbers, { matched: false, reference: 0 });
  const inColumns = numbers.map((kernels, i) => {
    const partner = new Map();
    for (const row of rows) {
      if (row.similarity === null) continue;
      if (row.seed_a === seeds[reference] && row.seed_b === seeds[i]) partner.set(row.kernel_a, row.kernel_b);
      if (row.seed_b === seeds[reference] && row.seed_a === seeds[i]) partner.set(row.kernel_b, row.kernel_a);
    }
    const columns = numbers[reference].map((kernel) => partner.get(kernel)); // undefined without a match
    const matched = new Set(columns);
    return i === reference ? kernels : [...columns, ...kernels.filter((kernel) => !matched.has(kernel))];
  });
  return Object.assign(inColumns, { matched: seeds.length > 1, reference });
}

function seedRow(bank, kernels, dataset, arch, seed, layer) {
  const on = raster(kernels.length * bank.pitch, bank.height, { class: "kernels", "aria-label": `Kernels of seed ${seed}` });
  const factor = Math.max(1, Math.min(9, Math.floor(Math.min(1250, innerWidth - 190) / on.width)));
  enlarge(on.canvas, factor);
  const outcome = outcomeOf(dataset, arch, seed);
  const about = PRETRAINED ? (bank.untrained ? "" : "untrained state not published") : outcome.failure || (UNLABELED ? "" : percent(outcome.test_accuracy));
  const name = h("div", { class: "name" }, h("span", { class: "label" }, seedName(dataset, seed)), h("br"), h("span", { class: outcome.failure ? "bad" : "faint" }, about));
  const readout = h("div", { class: "readout", "aria-hidden": "true" });
  let snapshot = bank.count - 1;
  const under = (event) => {
    const [row, col] = pixelUnder(on, event);
    const kernel = kernels[Math.floor(col / bank.pitch)];
    return { kernel, weight: kernel === undefined ? null : bank.weightAt(row, col % bank.pitch) };
  };
  on.canvas.addEventListener("click", (event) => {
    const { kernel } = under(event);
    if (kernel !== undefined) location.hash = address([dataset, arch, seed, layer, kernel]);
  });
  on.canvas.addEventListener("pointermove", (event) => {
    const { kernel, weight } = under(event);
    readout.textContent = weight ? `kernel ${kernel}, ${bank.told(snapshot, kernel, weight, 4)}` : "";
  });
  const links = h("div", { class: "numbers", style: `grid-template-columns: repeat(${kernels.length}, ${bank.pitch * factor}px)` }, kernels.map((kernel) => h("span", {}, kernel !== undefined && link([dataset, arch, seed, layer, kernel], String(kernel)), bank.dead.has(kernel) && h("span", { class: "bad" }, " dead or weak"))));
  return {
    name,
    node: h("div", {}, on.canvas, links, readout),
    draw(step) {
      snapshot = bank.at(step);
      on.pixels.fill(0);
      const isKnown = bank.begun(step) && (look.mode !== "change" || bank.untrained);
      if (isKnown) kernels.forEach((kernel, i) => kernel !== undefined && bank.draw(on, 0, i * bank.pitch, snapshot, kernel, look));
      on.show();
    },
  };
}

// Return the rows of a history at which the training moves to another layer, for networks trained layer by layer.
const begins = (rows) => rows.flatMap((row, i) => (i && row.layer !== rows[i - 1].layer ? [i] : []));

// Return charts of loss and accuracy over the epochs, with a curve for each seed.
function losses(runs, seeds) {
  const histories = runs.map((run) => records(run.json.history));
  const curvesOf = (column, times = 1) => histories.map((rows, i) => ({ name: seeds[i], x: rows.map((row) => row.epoch), y: rows.map((row) => times * (row[column] ?? NaN)), begins: begins(rows) }));
  const all = UNLABELED
    ? [["error of the reconstruction", curvesOf("test_loss"), { low: 0 }], ["free energy gap, ‰", curvesOf("free_energy", 1000), {}]]
    : [["test loss", curvesOf("test_loss"), {}], ["test accuracy", curvesOf("test_accuracy"), { low: 0, high: 1 }]];
  if (PRETRAINED) all.unshift(["training loss", curvesOf("train_loss"), {}]);
  const parts = PRETRAINED ? all.filter(([, curves]) => curves.some((curve) => curve.y.some(Number.isFinite))) : all;
  const charts = parts.map(([name, curves, range]) => lineChart({ name: `${name} over the epochs`, curves, x: "epoch", y: name, legend: seeds.length <= 9, ...range }));
  const node = h("div", { class: "columns" }, parts.map(([name, curves], i) => figure({
    title: `${name[0].toUpperCase()}${name.slice(1)}`,
    explain: `A curve for every seed; the red line is where the slider stands.${UNLABELED ? " One layer after the other: the curve is broken where the next begins. The gap is the free energy of test images less that of the same with shuffled pixels." : ""}`,
    path: "runs/…/history.csv",
    node: charts[i].node,
    numbers: chartNumbers("epoch", curves),
  })));
  return { charts, node };
}
