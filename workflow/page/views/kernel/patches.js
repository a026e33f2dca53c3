// What excites a kernel most: the image, the patch in which it responds, and, for the first layer, their product.

import { h } from "../../dom.js";
import { figure } from "../../figure.js";
import { label } from "../../format.js";
import { planesOf } from "../../kernels.js";
import { look } from "../../style.js";
import { datasetImage, enlarge, paint, placeOf, raster } from "../../raster.js";
import { biasAt, inputOf, isComputable, largestPossible, products, total } from "./sliding.js";

const MOST = 4; // images
const SIDE = 96; // screen pixels of an image, a patch and a product

// Return the figure {node, draw(t)}, or null if no image is known that excites the kernel.
export function patchFigure(run, data, spec, bank, layer, kernel, folder) {
  const top = Object.fromEntries(["image", "row", "col", "response"].map((part) => [part, run.arrays[`top_${part}/${layer}`]]));
  if (!top.image || !data) return null;
  const m = top.image.shape[1];
  const { field } = run.json.layers[layer];
  const isFirst = isComputable(spec, layer);
  const rows = [];
  for (let i = kernel * m; i < (kernel + 1) * m && rows.length < MOST; i++) {
    const place = placeOf(data, top.image.data[i]);
    if (place < 0 || !(top.response.data[i] > 0)) continue;
    rows.push(patchRow(run, data, spec, bank, layer, kernel, { place, row: top.row.data[i], col: top.col.data[i], response: top.response.data[i], field, isFirst }));
  }
  const node = h("div", { class: "patches" }, rows.length ? rows.map((row) => row.node) : h("p", {}, "It responds to no test image."));
  return {
    node: figure({
      title: "What excites it most",
      explain: isFirst ? "Test image → the patch at the size of the kernel → kernel × patch, which adds up to the response. The product follows the slider." : "Test image → the part of it that the kernel sees where it responds most.",
      path: `${folder}/probes.npz`,
      node,
      numbers: () => ({ columns: ["image", "row", "col", "response"], rows: Array.from({ length: m }, (_, i) => ["image", "row", "col", "response"].map((part) => top[part].data[kernel * m + i])) }),
    }),
    draw: (t) => rows.forEach((row) => row.draw(t)),
  };
}

function patchRow(run, data, spec, bank, layer, kernel, { place, row, col, response, field, isFirst }) {
  const about = data.json.images[place];
  const words = h("span", { class: "label" });
  const parts = [framed(data, place, row, col, field), arrow(), patchOf(data, place, row, col, field)];
  if (!isFirst) {
    words.textContent = `response ${label(response)}`;
    return { node: h("div", { class: "patch" }, parts, h("span", {}, h("b", { class: "label" }, about.class), h("br"), words)), draw() {} };
  }
  const stride = spec.find((entry) => entry.name === layer).stride;
  const input = inputOf(data, place, run, spec);
  const { side, width, height } = planesOf(bank.channels, bank.k);
  const on = raster(width, height, { "aria-label": `kernel ${kernel} times the patch` });
  enlarge(on.canvas, Math.max(1, Math.floor(SIDE / width)));
  return {
    node: h("div", { class: "patch" }, parts, arrow(), on.canvas, h("span", {}, h("b", { class: "label" }, about.class), h("br"), words)),
    draw(t) {
      const weighted = products(input, bank, t, kernel, stride, row / stride, col / stride);
      const limit = Math.max(...Array.from(weighted, Math.abs), 1e-12);
      for (let c = 0; c < bank.channels; c++) paint(on, Math.floor(c / side) * (bank.k + 1), (c % side) * (bank.k + 1), weighted, c * bank.k * bank.k, bank.k, limit, look.colors);
      on.show();
      const bias = biasAt(run, bank, layer, kernel, t) ?? 0;
      words.textContent = `= ${label(total(weighted) + bias)} of at most ${label(largestPossible(input, bank, t, kernel) + bias)}`;
    },
  };
}

const arrow = () => h("span", { "aria-hidden": "true" }, "→");

// Return an image with a frame around a field, drawn into the image so that downloads have it.
function framed(data, place, row, col, field) {
  const small = datasetImage(data, place);
  const factor = Math.max(1, Math.round(SIDE / small.width));
  const canvas = h("canvas", { width: small.width * factor, height: small.height * factor, role: "img", "aria-label": `test image ${data.json.images[place].index} of class ${data.json.images[place].class}` });
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  context.strokeStyle = "#e8503f";
  context.lineWidth = 2;
  context.strokeRect(col * factor + 1, row * factor + 1, field * factor - 2, field * factor - 2);
  return enlarge(canvas, SIDE / canvas.width);
}

// Return a field of an image; what lies outside of the image is empty.
function patchOf(data, place, row, col, field) {
  const canvas = h("canvas", { width: field, height: field, role: "img", "aria-label": "the patch in the frame" });
  canvas.getContext("2d").drawImage(datasetImage(data, place), -col, -row);
  return enlarge(canvas, Math.max(1, Math.floor(SIDE / field)));
}
