// Embedded data: an overview that is parsed at once, and payloads that are unpacked when a view asks for them.

import { unpack } from "./unpack.js";

export const OVERVIEW = JSON.parse(document.getElementById("overview").textContent);
const unpacked = new Map(); // id of a payload -> promise of the payload

// Return the payload with this id, {json, arrays: {name: {shape, data}}}, or null if the page has none.
export function block(id) {
  if (!unpacked.has(id)) {
    const element = document.getElementById(id);
    unpacked.set(id, element ? unpack(element.textContent) : Promise.resolve(null));
  }
  return unpacked.get(id);
}

export const runBlock = (dataset, arch, seed) => block(`run/${dataset}/${arch}/${seed}`);

const asRecords = new WeakMap(); // table -> its rows as objects

// Return the rows of a table {columns, rows} as objects, which are made once and must not be changed.
export function records(table) {
  if (!asRecords.has(table)) asRecords.set(table, table.rows.map((row) => Object.fromEntries(table.columns.map((column, i) => [column, row[i]]))));
  return asRecords.get(table);
}

export const SUMMARY = records(OVERVIEW.summary);
export const DATASETS = OVERVIEW.order.datasets; // as in the config
export const ARCHITECTURES = OVERVIEW.order.architectures; // as in the config, controls last
export const SEEDS = OVERVIEW.shown; // architecture -> seeds whose runs are on the page

// Whether an architecture is a control of others, so that its failures may be what was expected.
export const isControl = (arch) => OVERVIEW.architectures[arch].control !== "none";

// Pretrained kernels, dataset -> {runs: names in the order of the seeds, min_max_normalized}; null if all runs were trained here.
export const PRETRAINED = OVERVIEW.pretrained;
export const UNLABELED = OVERVIEW.unlabeled; // whether the networks learned without classes
export const PREDICTS = !PRETRAINED && !UNLABELED; // whether the networks predict classes of images that the page has

// Columns that are unknown for all runs on this page.
export const UNKNOWN = PRETRAINED ? ["test accuracy", "parameters", "failure"] : UNLABELED ? ["test accuracy"] : [];

// Return the name of a seed, with the run's name for a pretrained run.
export function seedName(dataset, seed) {
  const name = PRETRAINED?.[dataset]?.runs[OVERVIEW.seeds[ARCHITECTURES[0]].indexOf(Number(seed))];
  return name ? `seed ${seed} (${name})` : `seed ${seed}`;
}

export const convLayers = (arch) => OVERVIEW.architectures[arch].layers.filter((layer) => layer.kind === "conv").map((layer) => layer.name);

// Whether kernels of a layer are drawn in color: they see color images, of which networks without labels see the gray.
export const inColor = (dataset, arch, layer) => !UNLABELED && OVERVIEW.datasets[dataset].channels === 3 && layer === convLayers(arch)[0];

export const outcomeOf = (dataset, arch, seed) =>
  SUMMARY.find((row) => row.dataset === dataset && row.arch === arch && Number(row.seed) === Number(seed));
