// What the kernels learned: all of them in groups, each group beside an image that excites it.

import { tone } from "../chart.js";
import { OVERVIEW, PRETRAINED, block, inColor, runBlock, seedName } from "../data.js";
import { h, link } from "../dom.js";
import { plural } from "../format.js";
import { withTerms } from "../glossary.js";
import { datasetImage, placeOf } from "../raster.js";
import { roving } from "./stage.js";

const MOST_ROWS = 7; // the last one is kept
const MOST_SEEDS = { screen: 3, whole: 10 }; // seeds that have a column of their own
const LARGEST = 72; // width of a kernel, pixels
const room = () => (isNarrow() ? [innerWidth - 190, Infinity] : [280, 316]); // width and height for kernels, pixels
const inLine = (seeds) => (seeds < 3 ? 3 : 2); // kernels of a group and seed next to each other
const widest = () => Math.max(4, Math.min(16, Math.floor((innerWidth - 380) / 60))); // kernels in a line, if it has all of a group
const isNarrow = () => innerWidth <= 700;

// Return {node, load()}: the table of groups, and a function that draws the images beside them.
// groups: {by, rows}. whole: all groups, each in so many lines of kernels at most; 0 for what fits into a card.
export function groupTable(dataset, arch, layer, groups, seeds, stage, whole = 0) {
  const rows = whole || groups.rows.length <= MOST_ROWS ? groups.rows : [...groups.rows.filter(({ rest }) => !rest).slice(0, MOST_ROWS - 1), ...groups.rows.slice(-1)];
  const bySeed = groups.by !== "seed" && seeds.length > 1 && seeds.length <= MOST_SEEDS[whole ? "whole" : "screen"] && (whole || !isNarrow());
  const inRow = Math.min(isNarrow() ? 4 : 5, Math.max(1, ...rows.map(({ kernels }) => kernels.length))); // kernels of a group, if seeds have no columns
  const examples = rows.map((row) => ({ row, place: PRETRAINED ? null : h("span", { class: "example" }) }));
  const planes = OVERVIEW.datasets[dataset].channels > 1 && !inColor(dataset, arch, layer); // which need room
  const wide = widthOf(rows.length, bySeed ? seeds.length * inLine(seeds.length) : inRow, planes ? 34 : 24);
  const lines = isNarrow() ? 1 : Math.max(1, Math.floor(room()[1] / (wide + 4) / rows.length));
  const most = whole ? (bySeed ? Infinity : whole * widest()) : (bySeed ? inLine(seeds.length) : inRow) * lines;
  const inOne = whole ? (bySeed ? Infinity : widest()) : bySeed ? inLine(seeds.length) : inRow; // kernels of a group and seed in a line
  const made = (name, kernels) => roving(name, stage.row(kernels.map(([seed, kernel]) => [arch, seed, layer, kernel]), { columns: Math.min(kernels.length, inOne) }));
  const body = rows.map((row, i) => h("div", { class: "group", role: "row" },
    h("span", { class: "name", role: "rowheader" }, examples[i].place, h("span", {}, named(row, bySeed ? "" : where(row)))),
    columns(row, bySeed ? seeds : null, most, made)));
  const brief = seeds.length > 5;
  const head = bySeed && h("div", { class: "group head", role: "row" }, h("span", { role: "columnheader" }, { type: "type", class: "prefers" }[groups.by] ?? "responds to", brief && h("span", { class: "of-seeds" }, "seed")),
    seeds.map((seed, i) => h("span", { role: "columnheader", style: `color: ${tone(i)}` }, brief ? h("span", { title: seedName(dataset, seed) }, String(seed)) : seedName(dataset, seed))));
  const left = groups.rows.filter((row) => !rows.includes(row));
  const isCut = whole > 0 && rows.some(({ kernels }) => kernels.length > most);
  const node = h("div", { class: `groups${brief ? " many" : ""}`, role: "table", "aria-label": `Kernels of ${arch} in groups`, style: `--seeds: ${bySeed ? seeds.length : 1}; --wide: ${wide}px` }, head, body);
  return {
    node: h("div", {}, node, isCut && h("p", { class: "faint" }, link(["kernels", dataset, arch], "All kernels of each type →")), left.length > 0 && h("p", { class: "faint" }, link(["kernels", dataset, arch], `${left.length} more ${plural(left.length, "group")}, ${counted(left)} ${plural(counted(left), "kernel")} →`))),
    load: () => drawExamples(dataset, arch, layer, examples),
  };
}

// Return the width of a kernel with so many rows and kernels in a row, so that the card is filled.
const widthOf = (rows, inRow, least) => Math.max(least, Math.min(LARGEST, Math.floor(Math.min(room()[0] / inRow, room()[1] / rows)) - 4));

// Return the cells of a row: its kernels by seed, or the most typical ones. made(name, kernels): their node.
function columns(row, seeds, most, made) {
  if (!seeds) return h("span", { role: "cell" }, made(row.name, typical(row.kernels, most)));
  return seeds.map((seed, i) => {
    const kernels = row.kernels.filter(([of]) => of === seed);
    const more = kernels.length > most && h("sup", { title: `${kernels.length} kernels` }, String(kernels.length));
    return h("span", { role: "cell", class: kernels.length ? null : "none", style: `--tone: ${tone(i)}` }, kernels.length ? [made(`${row.name}, seed ${seed}`, kernels.slice(0, most)), more] : "–");
  });
}

// Return kernels of as many seeds as possible, the most typical first.
function typical(kernels, most) {
  const seen = new Set();
  const first = kernels.filter(([seed]) => !seen.has(seed) && seen.add(seed));
  return [...first, ...kernels.filter((kernel) => !first.includes(kernel))].slice(0, most);
}

// Return a group's name, such as “peak, gaussian”, with what it belongs to less strong.
function named({ name, detail }, seeds) {
  const [what, ...rest] = name.split(", ");
  return [h("strong", {}, withTerms(what)), rest.length > 0 && ` ${rest.join(", ")}`, (detail || seeds) && h("small", {}, ` ${[detail, seeds].filter(Boolean).join(Number(detail) ? " " : "; ")}`)];
}

// Return in how many of the seeds a group has kernels, in words.
const where = ({ seeds, total }) => (total > 1 ? (seeds === total ? `in all ${total} seeds` : `in ${seeds} ${plural(seeds, "seed")}`) : "");

// Return how many kernels some groups have.
const counted = (rows) => rows.reduce((sum, { detail, kernels }) => sum + (Number(detail) || kernels.length), 0);

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
  const place = placeOf(data, number);
  if (place < 0 || !(run.arrays[`top_response/${layer}`].data[at] > 0)) return [];
  const image = datasetImage(data, place);
  const { field } = run.json.layers[layer];
  const share = (pixels, side) => `${(100 * pixels) / side}%`;
  const frame = h("i", { style: `left: ${share(col, image.width)}; top: ${share(row, image.height)}; width: ${share(field, image.width)}; height: ${share(field, image.height)}` });
  return [h("img", { src: image.toDataURL(), alt: "" }), frame];
}
