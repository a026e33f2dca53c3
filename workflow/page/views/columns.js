// Which kernels of all seeds belong together, in which order, and what they are called.

import { records } from "../data.js";
import { beyondChance } from "../format.js";

// Return the columns of a layer's kernels over all seeds.
//
// tables: of the comparison of the architecture, or null; atlases: the rows about the layer in each seed's atlas.
// The columns are {kernels: of each seed, undefined without a match; seeds: how many other seeds have a match; similarity:
// the lowest of these matches, or null; isBeyond: whether it is above that of kernels matched after random rotations;
// name: the feature that most kernels of the column respond to beyond chance, or ""}. First come the kernels of the
// reference seed by how many seeds match them and by their lowest similarity, then kernels without a match.
export function columnsOf(tables, layer, seeds, counts, atlases) {
  const rows = ofLayer(tables?.matches, layer).filter((row) => row.similarity !== null);
  const reference = seeds.findIndex((seed) => rows.some((row) => row.seed_a === seed || row.seed_b === seed));
  if (reference < 0) return { columns: unmatched(seeds, counts, atlases), reference: 0, isMatched: false, chance: null };
  const partners = seeds.map((seed) => partnersOf(rows, seeds[reference], seed)); // seed -> kernel of the reference -> {kernel, similarity}
  const chance = chanceOf(tables, layer, seeds[reference]);
  const columns = Array.from({ length: counts[reference] }, (_, kernel) => {
    const matches = partners.map((partner, i) => (i === reference ? { kernel } : partner.get(kernel)));
    const found = matches.filter((match, i) => match && i !== reference);
    const similarity = found.length ? Math.min(...found.map((match) => match.similarity)) : null;
    const isBeyond = similarity !== null && found.length === seeds.length - 1 && (chance === null || similarity > chance);
    return column(matches.map((match) => match?.kernel), atlases, { seeds: found.length, similarity, isBeyond });
  }).sort((a, b) => b.seeds - a.seeds || (b.similarity ?? -1) - (a.similarity ?? -1));
  return { columns: [...columns, ...leftOver(columns, counts, atlases)], reference, isMatched: seeds.length > 1, chance };
}

const ofLayer = (table, layer) => (table ? records(table).filter((row) => row.layer === layer) : []);

function partnersOf(rows, reference, seed) {
  const pairs = rows.flatMap((row) =>
    row.seed_a === reference && row.seed_b === seed ? [[row.kernel_a, { kernel: row.kernel_b, similarity: row.similarity }]] :
    row.seed_b === reference && row.seed_a === seed ? [[row.kernel_b, { kernel: row.kernel_a, similarity: row.similarity }]] : []);
  return new Map(pairs);
}

// Return the largest mean similarity of the null of any pair with the reference seed; null if no pair has one.
function chanceOf(tables, layer, reference) {
  const means = ofLayer(tables.pairs, layer).filter((row) => row.seed_a === reference || row.seed_b === reference).map((row) => row.null_mean).filter(Number.isFinite);
  return means.length ? Math.max(...means) : null;
}

function column(kernels, atlases, more) {
  return { kernels, name: nameOf(kernels, atlases), ...more };
}

const ALONE = { seeds: 0, similarity: null, isBeyond: false };

// Return columns of kernels by number, if nothing is matched.
function unmatched(seeds, counts, atlases) {
  return Array.from({ length: Math.max(...counts) }, (_, kernel) => column(counts.map((count) => (kernel < count ? kernel : undefined)), seeds.length > 1 ? [] : atlases, ALONE));
}

// Return columns of the kernels that are in none of the columns; they have nothing in common, so they have no name.
function leftOver(columns, counts, atlases) {
  const left = counts.map((count, i) => {
    const used = new Set(columns.map(({ kernels }) => kernels[i]));
    return Array.from({ length: count }, (_, kernel) => kernel).filter((kernel) => !used.has(kernel));
  });
  const length = Math.max(...left.map((kernels) => kernels.length));
  return Array.from({ length }, (_, at) => column(left.map((kernels) => kernels[at]), atlases.length > 1 ? [] : atlases, ALONE));
}

// Return the feature that most of the kernels respond to beyond chance, and how many of them if not all; "" if none does.
function nameOf(kernels, atlases) {
  const counts = new Map();
  atlases.forEach((rows, i) => {
    const row = rows.find((one) => one.kernel === kernels[i]);
    if (!row?.feature || !beyondChance(row.feature_p)) return;
    const name = row.feature_class ? `${row.feature}, ${row.feature_class}` : row.feature;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  const all = kernels.filter((kernel) => kernel !== undefined).length;
  const [[name, count] = []] = [...counts].sort((a, b) => b[1] - a[1]);
  return name ? name + (count < all ? ` (${count} of ${all})` : "") : "";
}
