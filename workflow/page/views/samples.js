// The view of the images.

import { ARCHITECTURES, DATASETS, OVERVIEW, PRETRAINED, SEEDS, block, runBlock, seedName } from "../data.js";
import { address, h, menu, same, table } from "../dom.js";
import { figure } from "../figure.js";
import { LEVEL, label } from "../format.js";
import { datasetImage, enlarge } from "../raster.js";

export async function samples(dataset = DATASETS[0]) {
  const about = OVERVIEW.datasets[dataset];
  if (PRETRAINED) return pretrained(dataset, about);
  const data = await block(`data/${dataset}`);
  const go = (value) => { location.hash = address(["data", value]); };
  return [
    h("h1", {}, `The images: ${dataset}`),
    DATASETS.length > 1 && h("div", { class: "bar" }, menu("Dataset", same(DATASETS), dataset, go)),
    h("p", {}, `${about.train_images} training and ${about.test_images} test images of ${about.image_size[0]} × ${about.image_size[1]} pixels in ${about.classes.length} classes. Shown: some test images of each class, with the parameters they were made from, or the files they come from, where these are known.`),
    about.notes.length > 0 && h("ul", { class: "warning" }, about.notes.map((note) => h("li", {}, note.replaceAll("`", "")))),
    h("div", { class: "columns" }, about.classes.map((name) => ofClass(dataset, data, name))),
    h("h2", {}, "Settings"),
    table("How this dataset was made (config).", [
      { text: "key", words: true, value: (row) => row[0], show: (row) => row[0] },
      { text: "value", words: true, value: (row) => row[1], show: (row) => row[1] },
    ], Object.entries(about.settings).map(([key, value]) => [key, JSON.stringify(value)])),
    h("h2", {}, "How to read the figures"),
    h("ul", {}, READING.map((line) => h("li", {}, line))),
  ];
}

// Return, instead of images, what is known and unknown about pretrained kernels.
async function pretrained(dataset, about) {
  const runs = await Promise.all(SEEDS[ARCHITECTURES[0]].map((seed) => runBlock(dataset, ARCHITECTURES[0], seed)));
  const rows = runs.flatMap((run, i) => (run ? [[seedName(dataset, SEEDS[ARCHITECTURES[0]][i]), run.json.outcome.pretrained.unknown.join("; ")]] : []));
  const words = (text, i) => ({ text, words: true, value: (row) => row[i], show: (row) => row[i] });
  return [
    h("h1", {}, `The images: ${dataset}`),
    h("p", {}, "The images that these kernels were trained on are unknown: the kernels alone were published. So there are no feature maps here, no images that excite a kernel, no classes, and nothing slides over an image."),
    table("What is unknown of each run.", [words("run", 0), words("unknown", 1)], rows),
    h("h2", {}, "Settings"),
    table("Where the kernels were found (config).", [words("key", 0), words("value", 1)], Object.entries(about.settings).map(([key, value]) => [key, JSON.stringify(value)])),
    h("h2", {}, "How to read the figures"),
    h("ul", {}, READING.slice(1).map((line) => h("li", {}, line))),
  ];
}

function ofClass(dataset, data, name) {
  const places = data ? data.json.images.map((image, i) => [image, i]).filter(([image]) => image.class === name).slice(0, 4) : [];
  const tiles = places.map(([about, i]) => {
    const canvas = datasetImage(data, i, { "aria-label": `test image ${about.index} of class ${name}` });
    enlarge(canvas, Math.max(1, Math.round(150 / canvas.width)));
    const truth = Object.entries(about.truth ?? {}).filter(([, value]) => value !== null);
    return h("div", { class: "tile" }, canvas, h("details", {}, h("summary", {}, h("span", { class: "label" }, `test ${about.index}`)), h("dl", {}, truth.map(([key, value]) => h("div", {}, `${key}: ${label(value)}`)))));
  });
  return figure({
    title: name,
    explain: "Images of one class.",
    path: `data/${dataset}/images.npz and parameters.csv`,
    node: h("div", { class: "tiles" }, tiles.length ? tiles : "none in this page"),
    numbers: () => {
      const keys = [...new Set(places.flatMap(([about]) => Object.keys(about.truth ?? {})))];
      return { columns: ["split", "index", "class", ...keys], rows: places.map(([about]) => [about.split, about.index, about.class, ...keys.map((key) => about.truth?.[key] ?? null)]) };
    },
  });
}

const READING = [
  "A kernel is a small square of weights. Red weights count bright pixels for it, blue ones against it, white ones ignore them; orange means not a number.",
  "“One scale” shows which kernels are strong; “each its own” shows the shape of weak ones too.",
  "“Change” is the kernel without what is left of its random start: what training put in.",
  `A p says how often chance alone would do as well; a figure or sentence makes no claim above ${LEVEL}.`,
  "A match pairs each kernel with one of another seed, so that all pairs together are most alike, shifted by some pixels if need be; a similarity is 1 where both are the same but for size.",
];
