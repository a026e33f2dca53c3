// A trained kernel as a small image that links to its own view.

import { runBlock } from "./data.js";
import { h, link } from "./dom.js";
import { Bank } from "./kernels.js";
import { ownScale } from "./style.js";
import { enlarge, raster } from "./raster.js";

// Return a tile about `side` pixels wide, or null if the page does not have the run.
export async function tile(dataset, arch, seed, layer, kernel, side, words, ...below) {
  const run = await runBlock(dataset, arch, seed);
  if (!run) return null;
  const bank = new Bank(run, layer);
  const on = raster(bank.width + 2, bank.height + 2, { "aria-label": `kernel ${kernel} of seed ${seed}${bank.dead.has(kernel) ? ", dead" : ""}` });
  bank.drawFramed(on, 1, 1, bank.count - 1, kernel, ownScale());
  on.show();
  const picture = enlarge(on.canvas, Math.max(1, Math.floor(side / bank.width)));
  return h("div", { class: "tile" }, link([dataset, arch, seed, layer, kernel], picture, h("span", { class: "label" }, words)), below);
}
