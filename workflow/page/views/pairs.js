// The kernels of two runs: as matched pairs, or, of different networks, one run beside the other.

import { convLayers, records } from "../data.js";
import { h, link } from "../dom.js";
import { figure } from "../figure.js";
import { label, plural } from "../format.js";
import { Bank, weightRows } from "../kernels.js";
import { look } from "../style.js";
import { currentPlayer } from "../player.js";
import { framedKernel } from "../tile.js";

const SIDE = 72; // screen pixels of a kernel
const MOST = 64; // pairs of a layer

// Return pairs {a, b, similarity} of the kernels of two seeds, the most similar first, then those without a match; b or a is undefined there.
function pairsOf(matches, layer, a, b) {
  const rows = matches.filter((row) => row.layer === layer && [row.seed_a, row.seed_b].sort().join() === [a, b].sort().join());
  const turned = rows.map((row) => (row.seed_a === a ? row : { ...row, kernel_a: row.kernel_b, kernel_b: row.kernel_a }));
  return turned.map((row) => ({ a: row.kernel_a ?? undefined, b: row.kernel_b ?? undefined, similarity: row.similarity }))
    .sort((one, other) => (other.similarity ?? -Infinity) - (one.similarity ?? -Infinity));
}

// Return the figures of all layers: [{node, banks, draw(step)}]. sides: two of {dataset, arch, seed, run}.
export function layerFigures(compared, sides) {
  const [left, right] = sides;
  const isSame = left.arch === right.arch;
  const matches = isSame && compared?.json.archs[left.arch] ? records(compared.json.archs[left.arch].matches) : [];
  const layers = isSame ? convLayers(left.arch) : [...new Set([...convLayers(left.arch), ...convLayers(right.arch)])];
  return layers.map((layer) => layerFigure(layer, sides, isSame ? pairsOf(matches, layer, left.seed, right.seed) : []));
}

function layerFigure(layer, sides, all) {
  const matched = all.some((pair) => pair.similarity !== null) ? all : []; // without any match, kernels are in the order of their numbers
  const banks = sides.map(({ run }) => (run.arrays[`kernels/${layer}`] ? new Bank(run, layer) : null));
  const pairs = matched.length ? matched : Array.from({ length: Math.max(...banks.map((bank) => bank?.out ?? 0)) }, (_, kernel) => ({ a: kernel, b: kernel, similarity: null }));
  const tiles = pairs.slice(0, MOST).map((pair) => pairTile(layer, sides, banks, pair, matched.length > 0));
  const known = banks.map((bank, i) => [bank, sides[i]]).filter(([bank]) => bank);
  const count = matched.filter((pair) => pair.similarity !== null).length;
  const names = sides.map(({ arch, seed }) => `${arch}, seed ${seed}`);
  const framed = known.some(([bank]) => bank.dead.size) ? " Red frame: dead." : "";
  return {
    banks: known.map(([bank]) => bank),
    draw: (step) => tiles.forEach((tile) => tile.draw(step, Math.max(...known.map(([bank]) => bank.limits[look.mode])))),
    node: figure({
      title: layer,
      explain: matched.length
        ? `Above ${names[0]}, below ${names[1]}: ${count} matched ${plural(count, "pair")}, the most similar first, with their similarity (1: the same but for size); then kernels without a match.${framed}`
        : `Above ${names[0]}, below ${names[1]}, in the order of their numbers${all.length ? ": no two are similar enough to be matched" : ""}.${pairs.length > MOST ? ` The first ${MOST}.` : ""}${framed}`,
      path: `runs/${sides[0].dataset}/…/kernels.npz`,
      node: h("div", { class: "pairs" }, tiles.map((tile) => tile.node)),
      numbers: () => weightRows(known.map(([bank]) => bank), known.map(([, side]) => side.seed), known.map(([bank]) => bank.numbers), look.mode, known[0][0].steps[Math.min(currentPlayer().now, known[0][0].count - 1)]),
    }),
  };
}

function pairTile(layer, sides, banks, { a, b, similarity }, isMatched) {
  const parts = [a, b].map((kernel, i) => (kernel === undefined || !banks[i] || kernel >= banks[i].out ? null : kernelOf(layer, sides[i], banks[i], kernel)));
  const words = similarity === null ? (isMatched ? "no match" : "") : label(similarity, 2);
  return {
    node: h("div", { class: "tile" }, parts.map((part) => part?.node ?? h("span", { class: "empty", "aria-hidden": "true", style: sizeOf(banks.find(Boolean)) })), h("span", { class: "label" }, words)),
    draw: (step, limit) => parts.forEach((part) => part?.draw(step, limit)),
  };
}

const sizeOf = (bank) => `width: ${SIDE}px; height: ${Math.round((SIDE * bank.height) / bank.width) + 20}px`;

function kernelOf(layer, { dataset, arch, seed }, bank, kernel) {
  const picture = framedKernel(bank, kernel, `${arch}, seed ${seed}`, SIDE);
  return {
    node: link([dataset, arch, seed, layer, kernel], picture.canvas, h("span", { class: "label" }, String(kernel))),
    draw: (step, limit) => picture.draw(step, { ...look, limit }),
  };
}
