// How alike all conv layers of all runs see the same images: CKA, in the order and groups of similarity.png.

import { NOT_FINITE, viridis } from "../color.js";
import { h, onArrow } from "../dom.js";
import { figure } from "../figure.js";
import { label } from "../format.js";
import { enlarge, onPoint, pixelUnder, raster } from "../raster.js";

const SIDE = 560; // screen pixels of the matrix
const LINE = 14; // screen pixels that the name of a group takes at least

export function similarityFigure(compared, dataset) {
  const { entries, groups } = compared.json.cka;
  if (!entries.length) return null;
  const names = entries.map(([arch, seed, layer]) => `${arch} seed ${seed} ${layer}`);
  const [count, values] = [names.length, compared.arrays.cka.data];
  const on = raster(count, count, { tabindex: 0, "data-keys": true, "aria-label": `CKA of ${count} layers: arrow keys move` });
  values.forEach((value, i) => { on.pixels[i] = Number.isFinite(value) ? viridis(Math.max(0, value)) : NOT_FINITE; });
  on.show();
  const cell = Math.max(1, Math.floor(SIDE / count));
  enlarge(on.canvas, cell);
  const readout = h("div", { class: "readout", "aria-live": "polite" }, "Point at a square for its two layers and their CKA.");
  let at = [0, 0];
  const tell = () => { readout.textContent = `${names[at[0]]} and ${names[at[1]]}: CKA ${label(values[at[0] * count + at[1]], 2)}`; };
  const go = (...places) => {
    at = places.map((place) => Math.min(count - 1, Math.max(0, place)));
    tell();
  };
  onPoint(on, (event) => go(...pixelUnder(on, event)));
  onArrow(on.canvas, (down, right) => go(at[0] + down, at[1] + right));
  return figure({
    title: `Do all networks on ${dataset} see the images alike?`,
    explain: `Linear CKA (centered kernel alignment) compares what two layers respond to the same test images: 1 where both arrange the images alike, up to a rotation and a scale; 0 where one says nothing about the other. Similar layers are side by side, as in similarity.png.${values.every(Number.isFinite) ? "" : " Orange: unknown, as a layer gives every image the same response, or has weights that are not finite."}`,
    path: `compare/${dataset}/similarity.csv`,
    node: h("div", { class: "cka" }, readout, h("div", { class: "matrix" }, groupNames(groups, cell), on.canvas), scale()),
    numbers: () => ({ columns: ["layer_a", "layer_b", "cka"], rows: names.flatMap((a, i) => names.slice(i + 1).map((b, j) => [a, b, values[i * count + i + 1 + j]])) }),
  });
}

// Return the names of groups beside their rows; names that would not fit are left out, as the readout has them.
function groupNames(groups, cell) {
  return h("div", { class: "names" }, groups.map(([first, last, name]) => {
    const height = (last - first + 1) * cell;
    return h("div", { class: "label", style: `height: ${height}px; line-height: ${height}px` }, height >= LINE ? name : "");
  }));
}

function scale() {
  const on = raster(256, 1, { "aria-hidden": "true" });
  for (let i = 0; i < 256; i++) on.pixels[i] = viridis(i / 255);
  on.show();
  return h("div", { class: "scale" }, h("span", { class: "label" }, "0"), on.canvas, h("span", { class: "label" }, "1"));
}
