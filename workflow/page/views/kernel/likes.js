// A kernel and its match in every other seed, at one size and on one scale.

import { records, runBlock, seedName } from "../../data.js";
import { h, link } from "../../dom.js";
import { figure } from "../../figure.js";
import { label } from "../../format.js";
import { Bank } from "../../kernels.js";
import { framedKernel } from "../../tile.js";

const MOST = 20; // seeds
const SIDE = 96; // screen pixels

// Return the rows of matches.csv about a kernel, as {seed, kernel, row}, the most similar first.
function matchesOf(compared, arch, layer, seed, kernel) {
  const all = compared && compared.json.archs[arch] ? records(compared.json.archs[arch].matches).filter((row) => row.layer === layer) : [];
  const rows = all.filter((row) => row.similarity !== null).flatMap((row) =>
    row.seed_a === seed && row.kernel_a === kernel ? [{ seed: row.seed_b, kernel: row.kernel_b, row }] :
    row.seed_b === seed && row.kernel_b === kernel ? [{ seed: row.seed_a, kernel: row.kernel_a, row }] : []);
  return rows.sort((a, b) => b.row.similarity - a.row.similarity);
}

// Return the figure {node, draw(step)}, or null if the kernel has no match.
export async function likeFigure(compared, dataset, arch, own, seed, layer, kernel) {
  const matches = matchesOf(compared, arch, layer, seed, kernel);
  if (!matches.length) return null;
  const found = await Promise.all(matches.slice(0, MOST).map(async (match) => {
    const run = await runBlock(dataset, arch, match.seed);
    return run && { ...match, bank: new Bank(run, layer) };
  }));
  const tiles = [{ seed, kernel, bank: own }, ...found.filter(Boolean)].map((entry) => likeTile(dataset, arch, layer, entry));
  const least = matches.find(({ row }) => row.threshold !== null)?.row.threshold;
  return {
    node: figure({
      title: "Its like in other seeds",
      explain: `The kernel it is matched with in each seed, at one size and scale, the most similar first. Similarity: 1 is the same but for size. ${least === undefined ? "" : `Kernels are matched from ${label(least, 2)} on, where they are of one type; `}a seed without a match is missing.`,
      path: `compare/${dataset}/${arch}/matches.csv`,
      node: h("div", { class: "tiles likes" }, tiles.map((one) => one.node)),
      numbers: () => ({ columns: ["seed", "kernel", "similarity", "threshold"], rows: matches.map((match) => [match.seed, match.kernel, match.row.similarity, match.row.threshold]) }),
    }),
    draw: (step) => tiles.forEach((one) => one.draw(step)),
  };
}

function likeTile(dataset, arch, layer, { seed, kernel, bank, row }) {
  const { canvas, draw } = framedKernel(bank, kernel, seedName(dataset, seed), SIDE);
  const words = row ? [`seed ${seed}, kernel ${kernel}`, h("br"), h("b", {}, label(row.similarity, 2))] : [`this one, seed ${seed}`];
  const inside = [canvas, h("span", { class: "label" }, words)];
  return { node: h("div", { class: "tile" }, row ? link([dataset, arch, seed, layer, kernel], inside) : inside), draw };
}
