// An architecture as boxes: what each layer makes of what comes before it.

import { OVERVIEW, PRETRAINED, UNLABELED } from "../data.js";
import { h, s } from "../dom.js";
import { plural } from "../format.js";
import { shapes } from "../network.js";

// Layers that keep the shape of their input, and are drawn in the box before them.
export const POINTWISE = { relu: "ReLU", tanh: "tanh", batch_norm: "batch normalization", local_response_norm: "response normalization", center: "minus the mean" };
const TALLEST = 46; // screen pixels of the image in the drawing
const MOST_SHEETS = 5;

// Return the layers of an architecture with the shapes of their outputs for a dataset: [{layer, shape, before}].
export function layersOf(dataset, arch) {
  const { image_size: size, channels, classes } = OVERVIEW.datasets[dataset];
  const { layers } = OVERVIEW.architectures[arch];
  const image = [channels, ...size];
  return shapes(layers, image, classes.length).map((shape, i, all) => ({ layer: layers[i], shape, before: i ? all[i - 1] : image }));
}

// Return an architecture as a row of boxes, or null if it is unknown.
export function diagram(dataset, arch) {
  if (PRETRAINED || UNLABELED) return null;
  const { image_size: size, channels } = OVERVIEW.datasets[dataset];
  const steps = [{ name: "image", words: [], shape: [channels, ...size] }];
  for (const { layer, shape } of layersOf(dataset, arch)) {
    if (POINTWISE[layer.kind]) steps.at(-1).words.push(`then ${POINTWISE[layer.kind]}`);
    else steps.push({ name: layer.name || layer.kind.replaceAll("_", " "), words: [layerWords(layer)].filter(Boolean), shape });
  }
  const boxes = steps.map(({ name, words, shape }) => box(name, [...words, outputWords(shape)].join("; "), shape, size[0]));
  return h("ol", { class: "diagram", "aria-label": `Layers of ${arch}` }, boxes);
}

function box(name, words, [channels, height, width], tallest) {
  const isFlat = height === 1 && width === 1;
  return h("li", { class: isFlat ? "flat" : null }, sheets(isFlat ? 1 : channels, height, width, tallest, isFlat ? channels : 0), h("b", {}, name), h("span", {}, words));
}

// Draw maps as sheets behind each other, and flat numbers as a column.
function sheets(count, height, width, tallest, units) {
  if (units) {
    const tall = Math.min(TALLEST, 8 + 4 * units);
    return s("svg", { width: 12, height: TALLEST + 12, "aria-hidden": "true" }, s("rect", { class: "sheet", x: 2, y: (TALLEST + 12 - tall) / 2, width: 8, height: tall }));
  }
  const shown = Math.min(MOST_SHEETS, count);
  const [tall, wide] = [height, width].map((side) => Math.max(6, (side / tallest) * TALLEST));
  const [all, top] = [wide + 3 * shown, (TALLEST + 12 - tall) / 2 - 1.5 * shown];
  return s("svg", { width: all, height: TALLEST + 12, "aria-hidden": "true" }, Array.from({ length: shown }, (_, i) => s("rect", { class: "sheet", x: 3 * (shown - 1 - i) + 1, y: Math.max(1, top + 3 * i), width: wide, height: Math.min(tall, TALLEST) })));
}

// Return what a layer does, in words; "" if its name says it.
export function layerWords({ kind, name, kernels, kernel_size: k, stride = 1, padding = 0, size, source, units, towers = 1 }) {
  if (kind === "conv") return `${kernels} ${plural(kernels, "kernel")} of ${k} × ${k}${stride > 1 ? `, every ${stride} pixels` : ""}${padding ? `, ${padding} pixels of padding` : ""}${towers > 1 ? `, in ${towers} towers` : ""}`;
  if (kind === "max_pool" || kind === "average_pool") return `${kind === "max_pool" ? "largest" : "mean"} of every ${size} × ${size}`;
  if (kind === "global_max_pool") return "largest of each map";
  if (kind === "linear") return units ? "all to all" : "one number for each class";
  if (kind === "add") return `plus ${source}`;
  return name ? kind.replaceAll("_", " ") : "";
}

const outputWords = ([channels, height, width]) => (height === 1 && width === 1 ? `${channels} ${plural(channels, "number")}` : `${channels > 1 ? `${channels} maps of ` : ""}${height} × ${width}`);
