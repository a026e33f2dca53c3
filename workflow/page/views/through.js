// One image through the network of a run, computed by the page: the maps of each conv layer, which kernels respond, the prediction.

import { ARCHITECTURES, DATASETS, OVERVIEW, block, convLayers, runBlock } from "../data.js";
import { address, h, link, menu, present, same, say } from "../dom.js";
import { label, percent, plural } from "../format.js";
import { forward, largest, refusal, softmax, weightsOf } from "../network.js";
import { asInput, pixelsOf } from "../picture.js";
import { look } from "../style.js";
import { datasetImage, enlarge, paint, raster } from "../raster.js";
import { color } from "../color.js";
import { POINTWISE, layerWords, layersOf } from "./diagram.js";
import { imageChoice, someOfEach } from "./kernel/thumbnails.js";

const MOST = 24; // maps of a layer that are drawn

export async function through(dataset = DATASETS[0], arch = ARCHITECTURES[0]) {
  const [data, packed] = await Promise.all([block(`data/${dataset}`), block(`network/${dataset}/${arch}`)]);
  const go = (...path) => { location.hash = address(["through", ...path]); };
  const { layers, control } = OVERVIEW.architectures[arch];
  const head = [h("h1", {}, `One image through ${arch}`),
    h("div", { class: "bar" }, DATASETS.length > 1 && menu("Dataset", same(DATASETS), dataset, (value) => go(value, arch)), ARCHITECTURES.length > 1 && menu("Network", same(ARCHITECTURES), arch, (value) => go(dataset, value)))];
  const why = !data || !packed ? "The images or the weights of this network are not in this page." : refusal(layers);
  if (why) return [head, h("p", {}, why)];
  const [, height, width, channels = 1] = data.arrays.images.shape;
  const weights = withKernels(weightsOf(packed), convLayers(arch), await runBlock(dataset, arch, packed.json.seed));
  const run = { dataset, arch, seed: packed.json.seed, layers, weights, palette: data.json.palette, size: { height, width, channels } };
  const place = h("div", { "aria-live": "polite" });
  const show = (bytes, about) => place.replaceChildren(...present(result(run, bytes, about)));
  const ofDataset = (number) => show(data.arrays.images.data.subarray(number * height * width * channels, (number + 1) * height * width * channels), { truth: data.json.images[number].label, words: `test image ${data.json.images[number].index} of ${dataset}` });
  ofDataset(someOfEach(data)[0]);
  return [head,
    h("p", {}, `Choose a test image, or drop any picture. This page computes everything below from the weights of seed ${run.seed}; of each network it has all weights of one seed${packed.json.bytes.length ? ", those of large linear layers in coarse steps, so that a probability may be off by a few percent" : ""}.${control === "phase_scrambled" ? " This network was trained on scrambled images; here it sees images as they are." : ""}`),
    imageChoice(data, -1, ofDataset), dropZone(run.size, show), place];
}

// Return the weights of a network with the trained kernels of its run, which are in another payload.
function withKernels(weights, layers, { arrays }) {
  for (const layer of layers) {
    weights.set(layer, { ...weights.get(layer), weight: arrays[`kernels/${layer}`].last });
  }
  return weights;
}

// Return a control that takes any picture, by choosing or dropping a file.
function dropZone(size, show) {
  let file = null;
  const input = h("input", { type: "file", accept: "image/*", onchange: () => take(input.files[0]) });
  const inverted = h("input", { type: "checkbox", onchange: () => take(file) });
  const words = h("span", { class: "faint", role: "status" });
  const node = h("div", { class: "drop bar" }, h("label", {}, "Your own picture ", input), h("label", {}, inverted, "swap light and dark"), words);
  async function take(picked) {
    if (!picked) return;
    file = picked;
    try {
      const bytes = await pixelsOf(file, size, inverted.checked);
      const how = `fitted into ${size.width} × ${size.height} pixels${{ 1: ", in gray", 3: "" }[size.channels] ?? ", in gray in each channel"}${inverted.checked ? ", light and dark swapped" : ""}`;
      words.textContent = `${file.name}: ${how}.`;
      show(bytes, { truth: null, words: `your picture, ${how}` });
    } catch {
      words.textContent = `${file.name} is no picture that this browser can read.`;
    }
  }
  for (const kind of ["dragenter", "dragover"]) node.addEventListener(kind, (event) => { event.preventDefault(); node.classList.add("over"); });
  node.addEventListener("dragleave", () => node.classList.remove("over"));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    node.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  return node;
}

// Return what the network makes of an image. about: {truth: its class or null, words: what it is}.
function result(run, bytes, about) {
  const outputs = forward(run.layers, run.weights, asInput(bytes, run.size));
  const { height, width, channels } = run.size;
  const image = datasetImage({ json: { palette: run.palette }, arrays: { images: { shape: channels > 1 ? [1, height, width, channels] : [1, height, width], data: bytes } } }, 0, { "aria-label": about.words });
  return [
    h("div", { class: "outcome" }, h("figure", {}, enlarge(image, Math.max(1, Math.round(192 / width))), h("figcaption", { class: "faint" }, about.words)), prediction(run, outputs.at(-1).values, about)),
    sections(run, outputs),
  ];
}

// Return the maps of each conv layer, and a line for the layers between them.
function sections(run, outputs) {
  const nodes = [];
  let passed = [];
  const flush = () => {
    if (passed.length) nodes.push(h("p", { class: "passed" }, `Then ${passed.join(", then ")}.`));
    passed = [];
  };
  layersOf(run.dataset, run.arch).forEach(({ layer, shape, before }, number) => {
    if (layer.kind !== "conv") return passed.push(passedWords(layer, before, shape));
    flush();
    nodes.push(convSection(run, outputs, number));
  });
  flush();
  return nodes;
}

const passedWords = (layer, before, shape) => [layer.kind === "linear" ? layer.name : POINTWISE[layer.kind] ?? layer.kind.replaceAll("_", " "), layer.kind in POINTWISE ? "" : ` (${layerWords(layer)}${sizeChange(before, shape) && `: ${sizeChange(before, shape)}`})`].join("");

const size = ([channels, height, width]) => (height * width === 1 ? `${channels} ${plural(channels, "number")}` : `${channels} × ${height} × ${width}`);
const sizeChange = (before, after) => (size(before) === size(after) ? "" : `${size(before)} → ${size(after)}`);

function prediction({ dataset, arch }, values, { truth }) {
  const { classes } = OVERVIEW.datasets[dataset];
  const isClassifier = OVERVIEW.architectures[arch].training.loss === "cross_entropy";
  const shares = isClassifier ? softmax(values) : Array.from(values);
  const order = shares.map((_, i) => i).sort((a, b) => shares[b] - shares[a]);
  const words = `${classes[order[0]]}${isClassifier ? `, ${percent(shares[order[0]])}` : ""}`;
  const verdict = truth === null ? "" : order[0] === truth ? "right" : `wrong, it is ${classes[truth]}`;
  say(`Prediction: ${words} ${verdict}`);
  return h("div", { class: "prediction" }, h("h2", {}, `Prediction: ${words}`), verdict && h("p", { class: order[0] === truth ? null : "bad" }, verdict === "right" ? "Right." : `Wrong: it is ${classes[truth]}.`),
    h("table", {}, h("caption", {}, isClassifier ? `Probability of each class${order.length > 10 ? ", the 10 largest" : ""}` : "Output for each class (target 1 for the class, 0 for others)"),
      h("tbody", {}, order.slice(0, 10).map((i) => h("tr", {}, h("th", { scope: "row", class: "text" }, classes[i]), h("td", {}, isClassifier ? percent(shares[i]) : label(shares[i])), h("td", { class: "text" }, h("span", { class: "share", style: `width: ${Math.round(160 * Math.max(0, Math.min(1, shares[i])))}px` })))))));
}

// Return the number of the layer whose output are the feature maps of a conv layer: after a batch normalization and a ReLU.
function mapsAt(layers, number) {
  const response = number + (layers[number + 1]?.kind === "batch_norm" ? 1 : 0);
  return response + (layers[response + 1]?.kind === "relu" ? 1 : 0);
}

// Return the maps of a conv layer, the strongest first.
function convSection(run, outputs, number) {
  const { layers, dataset, arch, seed } = run;
  const [layer, maps] = [layers[number], outputs[mapsAt(layers, number)]];
  const peaks = Array.from({ length: maps.channels }, (_, kernel) => largest(maps, kernel));
  const order = peaks.map((_, kernel) => kernel).sort((a, b) => peaks[b] - peaks[a]);
  const active = order.filter((kernel) => peaks[kernel] > 0);
  const silent = order.filter((kernel) => !(peaks[kernel] > 0)).sort((a, b) => a - b);
  const limit = Math.max(...peaks, 1e-12);
  const shown = active.slice(0, MOST);
  return h("section", {}, h("h2", {}, `${layer.name}: ${active.length} of ${maps.channels} ${plural(maps.channels, "kernel")} ${active.length === 1 ? "responds" : "respond"}`),
    h("p", { class: "faint" }, `${layerWords(layer)}; ${maps.height * maps.width > 1 ? `each map has ${maps.height} × ${maps.width} responses` : "one response each"}, the strongest kernel first, all on one scale of ±${label(limit)}.${active.length > MOST ? ` The ${MOST} strongest are drawn.` : ""}`),
    h("div", { class: "tiles" }, shown.map((kernel) => mapTile(run, layer, maps, kernel, peaks[kernel], limit))),
    silent.length > 0 && h("p", {}, "No response: ", silent.map((kernel, i) => [i > 0 && ", ", link([dataset, arch, seed, layer.name, kernel], `kernel ${kernel}`)])));
}

function mapTile({ weights, dataset, arch, seed }, layer, maps, kernel, peak, limit) {
  const { weight } = weights.get(layer.name);
  const [k, plane] = [layer.kernel_size, maps.height * maps.width];
  const channels = weight.length / layer.kernels / k / k;
  const on = raster(maps.width, maps.height, { "aria-hidden": "true" });
  const { colors } = look;
  for (let at = 0; at < plane; at++) on.pixels[at] = color(maps.values[kernel * plane + at], limit, colors);
  on.show();
  const own = raster(k, k, { "aria-hidden": "true" });
  const values = weight.subarray(kernel * channels * k * k, (kernel + 1) * channels * k * k);
  paint(own, 0, 0, values, 0, k, Math.max(...Array.from(values, Math.abs)), colors);
  own.show();
  const pictures = h("span", { class: "pair" }, channels === 1 && enlarge(own.canvas, Math.max(1, Math.floor(60 / k))), enlarge(on.canvas, Math.max(1, 88 / maps.width)));
  return h("div", { class: "tile" }, link([dataset, arch, seed, layer.name, kernel], pictures, h("span", { class: "label" }, `kernel ${kernel}: ${label(peak)}`)));
}
