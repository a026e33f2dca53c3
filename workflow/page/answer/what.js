// What the kernels learned: all of them in groups, each group beside an image that excites it.

import { tone } from "../chart.js";
import { OVERVIEW, PRETRAINED, block, runBlock, seedName } from "../data.js";
import { h, link } from "../dom.js";
import { plural } from "../format.js";
import { datasetImage } from "../raster.js";
import { roving } from "./stage.js";

const MOST_ROWS = 9; // the last one is kept
const MOST_SEEDS = 10; // seeds that have a column of their own
const MOST_KERNELS = 8; // kernels in a row of more seeds
const [WIDTH, HEIGHT] = [250, 300]; // room for kernels, pixels
const inLine = (seeds) => (seeds <= 3 ? 3 : seeds <= 5 ? 2 : 1); // kernels of a group and seed next to each other

// Return {node, load()}: the table of groups, and a function that draws the images beside them.
// groups: {by, rows}. whole: all groups and kernels, however many there are.
export function groupTable(dataset, arch, layer, groups, seeds, stage, whole = false) {
  const rows = whole || groups.rows.length <= MOST_ROWS ? groups.rows : [...groups.rows.filter(({ rest }) => !rest).slice(0, MOST_ROWS - 1), ...groups.rows.slice(-1)];
  const bySeed = groups.by !== "seed" && seeds.length > 1 && seeds.length <= MOST_SEEDS;
  const examples = rows.map((row) => ({ row, place: PRETRAINED ? null : h("span", { class: "example" }) }));
  const wide = widthOf(rows.length, bySeed ? seeds.length * inLine(seeds.length) : MOST_KERNELS, OVERVIEW.datasets[dataset].channels > 1 ? 34 : 24); // planes of colors need room
  const most = whole ? Infinity : inLine(seeds.length) * Math.max(1, Math.floor(HEIGHT / (wide + 4) / rows.length));
  const cell = ([seed, kernel]) => stage.cell([arch, seed, layer, kernel]);
  const body = rows.map((row, i) => h("div", { class: "group", role: "row" },
    h("span", { class: "name", role: "rowheader" }, examples[i].place, h("span", {}, named(row))),
    columns(row, bySeed ? seeds : null, most, cell)));
  const brief = seeds.length > 5;
  const head = bySeed && h("div", { class: "group head", role: "row" }, h("span", { role: "columnheader" }, { type: "type", class: "prefers" }[groups.by] ?? "responds to", brief && h("span", { class: "of-seeds" }, "seed")),
    seeds.map((seed, i) => h("span", { role: "columnheader", style: `color: ${tone(i)}` }, brief ? h("span", { title: seedName(dataset, seed) }, String(seed)) : seedName(dataset, seed))));
  const left = groups.rows.length - rows.length;
  const node = h("div", { class: `groups${brief ? " many" : ""}`, role: "table", "aria-label": `Kernels of ${arch} in groups`, style: `--seeds: ${bySeed ? seeds.length : 1}; --in-line: ${bySeed && !whole ? inLine(seeds.length) : 99}; --wide: ${wide}px` }, head, body);
  return {
    node: h("div", {}, node, left > 0 && h("p", { class: "faint" }, link(["kernels", dataset, arch], `${left} more ${plural(left, "group")} →`))),
    load: () => drawExamples(dataset, arch, layer, examples),
  };
}

// Return the width of a kernel with so many rows and kernels in a row, so that the card is filled.
const widthOf = (rows, inRow, least) => Math.max(least, Math.min(44, Math.floor(Math.min(WIDTH / inRow, HEIGHT / rows)) - 4));

// Return the cells of a row: its kernels by seed, or the most typical ones in a line.
function columns(row, seeds, most, cell) {
  if (!seeds) {
    const kernels = typical(row.kernels, most);
    const total = row.total > 1 ? h("span", { class: "faint" }, `${row.seeds} of ${row.total} seeds`) : kernels.length < row.kernels.length && h("span", { class: "faint" }, `of ${row.kernels.length}`);
    return h("span", { role: "cell" }, roving(row.name, kernels.map(cell)), total);
  }
  return seeds.map((seed, i) => {
    const kernels = row.kernels.filter(([of]) => of === seed);
    const more = kernels.length > most && h("sup", { title: `${kernels.length} kernels` }, String(kernels.length));
    return h("span", { role: "cell", class: kernels.length ? null : "none", style: `--tone: ${tone(i)}` }, kernels.length ? [roving(`${row.name}, seed ${seed}`, kernels.slice(0, most).map(cell)), more] : "–");
  });
}

// Return kernels of as many seeds as possible, the most typical first.
function typical(kernels, most) {
  const seen = new Set();
  const first = kernels.filter(([seed]) => !seen.has(seed) && seen.add(seed));
  return [...first, ...kernels.filter((kernel) => !first.includes(kernel))].slice(0, Math.max(most, MOST_KERNELS));
}

// Return a group's name, such as “peak, gaussian”, with what it belongs to less strong.
function named({ name, detail }) {
  const [what, ...rest] = name.split(", ");
  return [h("strong", {}, what), rest.length > 0 && ` ${rest.join(", ")}`, detail && h("small", {}, ` ${detail}`)];
}

// Draw beside each group the image that excites its most typical kernel most, with a frame where it does.
async function drawExamples(dataset, arch, layer, examples) {
  const data = await block(`data/${dataset}`);
  for (const { row, place } of data ? examples : []) {
    if (!row.kernels.length) continue;
    const [seed, kernel] = row.kernels[0];
    const run = await runBlock(dataset, arch, seed);
    const top = run && run.arrays[`top_image/${layer}`] ? run : null;
    if (top) place.replaceChildren(...framed(data, top, layer, kernel));
  }
}

function framed(data, run, layer, kernel) {
  const at = kernel * run.arrays[`top_image/${layer}`].shape[1];
  const [number, row, col] = ["image", "row", "col"].map((part) => run.arrays[`top_${part}/${layer}`].data[at]);
  const place = data.json.images.findIndex((image) => image.split === "test" && image.index === number);
  if (place < 0 || !(run.arrays[`top_response/${layer}`].data[at] > 0)) return [];
  const image = datasetImage(data, place, { role: null, "aria-hidden": "true" });
  const { field } = run.json.layers[layer];
  const share = (pixels, side) => `${(100 * pixels) / side}%`;
  const frame = h("i", { style: `left: ${share(col, image.width)}; top: ${share(row, image.height)}; width: ${share(field, image.width)}; height: ${share(field, image.height)}` });
  return [image, frame];
}
