// The types of kernels of an architecture, and which seeds have them.

import { records } from "../data.js";
import { h } from "../dom.js";
import { figure } from "../figure.js";
import { label } from "../format.js";
import { tile } from "../tile.js";

// Return the table of the types of kernels, and which seeds have them.
export async function typesFigure(compared, dataset, arch, layer) {
  const tables = compared?.json.archs[arch];
  const rows = tables?.vocabulary ? records(tables.vocabulary).filter((row) => row.layer === layer) : [];
  if (!rows.length) return null;
  const path = `compare/${dataset}/${arch}/vocabulary.csv`;
  const title = `Which types of kernels does every seed have?`;
  if (rows[0].type === null) return figure({ title, explain: `No types: ${rows[0].reason}.`, path, node: h("div", {}), numbers: () => tables.vocabulary });
  const tiles = await Promise.all(rows.slice(0, 24).map((row) => {
    const permuted = row.seeds_permuted === null ? null : h("div", { class: "faint" }, `permuted: ${label(row.seeds_permuted, 2)}`);
    const words = `${row.seeds} of ${row.seeds_total} seeds`;
    return tile(dataset, arch, row.exemplar_seed, layer, row.exemplar_kernel, 72, row.name, h("div", {}, words), permuted);
  }));
  const drawn = tiles.filter(Boolean);
  const every = rows.filter((row) => row.seeds === row.seeds_total).length;
  return figure({
    title,
    explain: `${rows.length} types of kernels, found without knowing the seeds; ${every} of them in every seed. Each with its most typical kernel, the seeds that have it, and how many seeds have it if the kernels are permuted among the seeds.`,
    path,
    node: h("div", { class: "tiles" }, drawn.length ? drawn : "the page does not have their runs"),
    numbers: () => tables.vocabulary,
  });
}
