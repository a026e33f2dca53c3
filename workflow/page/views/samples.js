// The view of the images: how to read the figures, the images of each class, and how they were made.

import { ARCHITECTURES, DATASETS, OVERVIEW, PRETRAINED, SEEDS, block, runBlock, seedName } from "../data.js";
import { address, h, menu, same, table, textColumn } from "../dom.js";
import { figure } from "../figure.js";
import { LEVEL, label } from "../format.js";
import { datasetImage, enlarge } from "../raster.js";
import { datasetSettings } from "./settings.js";

const EACH = 4; // images of a class

export async function samples(dataset = DATASETS[0]) {
  const about = OVERVIEW.datasets[dataset];
  if (PRETRAINED) return pretrained(dataset, about);
  const data = await block(`data/${dataset}`);
  const go = (value) => { location.hash = address(["data", value]); };
  return [
    h("h1", {}, `The images: ${dataset}`),
    DATASETS.length > 1 && h("div", { class: "bar" }, menu("Dataset", same(DATASETS), dataset, go)),
    reading(READING),
    h("p", {}, `${about.train_images} training and ${about.test_images} test images of ${about.image_size[0]} × ${about.image_size[1]} pixels in ${about.classes.length} classes.${data && data.json.images.length < about.test_images ? ` ${data.json.images.length} of the test images are in this page: some of each class, and those that excite kernels most.` : ""}`),
    notes(about),
    classFigure(dataset, data, about),
    h("h2", {}, "Settings"),
    datasetSettings(dataset, about.settings),
  ];
}

const reading = (lines) => h("details", { open: true }, h("summary", {}, h("b", {}, "How to read the figures")), h("ul", {}, lines.map((line) => h("li", {}, line))));

const notes = (about) => about.notes.length > 0 && h("ul", { class: "warning" }, about.notes.map((note) => h("li", {}, note.replaceAll("`", ""))));

// Return, instead of images, what is known and unknown about pretrained kernels.
async function pretrained(dataset, about) {
  const runs = await Promise.all(SEEDS[ARCHITECTURES[0]].map((seed) => runBlock(dataset, ARCHITECTURES[0], seed)));
  const rows = runs.flatMap((run, i) => (run ? [[seedName(dataset, SEEDS[ARCHITECTURES[0]][i]), run.json.outcome.pretrained.unknown.join("; ")]] : []));
  return [
    h("h1", {}, `The images: ${dataset}`),
    reading(READING.slice(1)),
    h("p", {}, "The images that these kernels were trained on are unknown: the kernels alone were published. So there are no feature maps here, no images that excite a kernel, no classes, and nothing slides over an image."),
    notes(about),
    table("What is unknown of each run.", [textColumn("run", (row) => row[0]), textColumn("unknown", (row) => row[1])], rows),
    h("h2", {}, "Settings"),
    datasetSettings(dataset, about.settings),
  ];
}

// Return one figure with some images of each class; a click shows what is known about one below it.
function classFigure(dataset, data, { classes, of_classes: [train, test] }) {
  const places = data ? classes.map((name) => data.json.images.flatMap((image, i) => (image.class === name ? [i] : [])).slice(0, EACH)) : [];
  const truth = h("div", { class: "truth", "aria-live": "polite" });
  const hasTruth = data && data.json.columns.length > 0;
  const tile = (i) => {
    const { class: name, index } = data.json.images[i];
    const canvas = datasetImage(data, i, { "aria-hidden": "true" });
    enlarge(canvas, Math.max(1, Math.round(120 / canvas.width)));
    return h("button", { type: "button", class: "sample", "aria-label": `${name}, test image ${index}${hasTruth ? ": what is known about it" : ""}`, onclick: () => hasTruth && truth.replaceChildren(truthTable(dataset, data.json.images[i])) }, canvas);
  };
  return figure({
    title: "Some test images of each class",
    explain: hasTruth ? "Click one to see what it was made from." : "",
    path: `data/${dataset}/images.npz and parameters.csv`,
    node: h("div", {}, h("div", { class: "columns classes" }, classes.map((name, i) => h("div", {}, h("p", { class: "label" }, h("b", {}, name), h("span", { class: "faint" }, ` ${train[i]} train, ${test[i]} test`)), h("div", { class: "tiles" }, places[i]?.length ? places[i].map(tile) : "none in this page")))), truth),
    numbers: () => ({ columns: ["split", "index", "class", ...(data?.json.columns ?? [])], rows: places.flat().map((i) => data.json.images[i]).map((image) => [image.split, image.index, image.class, ...data.json.columns.map((key) => image.truth?.[key] ?? null)]) }),
  });
}

// Return what an image was made from, with units. Places are row and column in pixels.
function truthTable(dataset, { class: name, index, truth }) {
  const rows = Object.entries(truth).filter(([, value]) => value !== null).map(([key, value]) => [key.replaceAll("_", " "), truthWords(key, value)]);
  return table(`${name}, test image ${index} of ${dataset}.`, [textColumn("what", (row) => row[0]), textColumn("value", (row) => row[1])], rows);
}

const IN_PIXELS = ["amplitude", "width", "position", "baseline_row", "line_width"];

function truthWords(key, value) {
  if (typeof value === "number") return `${label(value)}${IN_PIXELS.includes(key) ? " pixels" : key === "noise" ? " of white" : key === "clipping" ? " of the amplitude" : ""}`;
  if (!/^[\d.\-: ]+$/.test(value)) return value;
  return value.split(" ").map((place) => place.split(":")).map(([row, col]) => (col === undefined ? row : `row ${row}, col ${col}`)).join("; ");
}

const READING = [
  "A kernel is a small square of weights. A bright pixel under a red weight adds to its response, under a blue one it takes away, and white weights ignore it; orange is not a number.",
  "Kernels that see color images are in color: the more of a color, the larger its weight; gray is no weight.",
  "“One scale” shows which kernels are strong; “each its own” shows the shape of weak ones too.",
  "“Change” is the kernel without what is left of its random start: what training added.",
  `A p is how often chance alone would do as well; no claim is made above ${LEVEL}.`,
  "A match pairs each kernel with one of another seed, so that all pairs together are most alike, shifted by some pixels if need be; a similarity of 1 is the same kernel but for its size.",
];
