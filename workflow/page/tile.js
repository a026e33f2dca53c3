// A kernel as a small image, with room for the frame of a dead one.

import { runBlock } from "./data.js";
import { h, link } from "./dom.js";
import { Bank } from "./kernels.js";
import { look, ownScale } from "./style.js";
import { enlarge, raster } from "./raster.js";

// Return {canvas, draw(step, style)}: a kernel about `side` pixels wide, empty where its run has nothing to draw. of: whose kernel it is.
export function framedKernel(bank, kernel, of, side) {
  const on = raster(bank.width + 2, bank.height + 2, { "aria-label": `kernel ${kernel} of ${of}${bank.dead.has(kernel) ? ", dead" : ""}` });
  enlarge(on.canvas, Math.max(1, Math.floor(side / bank.width)));
  return {
    canvas: on.canvas,
    draw(step, style = look) {
      on.pixels.fill(0);
      if (bank.shows(style.mode, step)) bank.drawFramed(on, 1, 1, bank.at(step), kernel, style);
      on.show();
    },
  };
}

// Return a tile of a trained kernel that links to its own view, or null if the page does not have the run.
export async function tile(dataset, arch, seed, layer, kernel, side, words, ...below) {
  const run = await runBlock(dataset, arch, seed);
  if (!run) return null;
  const bank = new Bank(run, layer);
  const picture = framedKernel(bank, kernel, `seed ${seed}`, side);
  picture.draw(bank.steps.at(-1), ownScale());
  return h("div", { class: "tile" }, link([dataset, arch, seed, layer, kernel], picture.canvas, h("span", { class: "label" }, words)), below);
}
