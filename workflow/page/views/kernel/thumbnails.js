// Small images of a dataset to choose from: some of each class.

import { h } from "../../dom.js";
import { datasetImage } from "../../raster.js";

const MOST = 24; // images
const EACH = 3; // of a class, at most

// Return the numbers of some images of each class, after a first one if there is one.
export function someOfEach(data, first = -1) {
  const { images } = data.json;
  const classes = [...new Set(images.map((image) => image.class))];
  const count = Math.max(1, Math.min(EACH, Math.floor(MOST / classes.length)));
  const chosen = classes.flatMap((name) => images.flatMap((image, i) => (image.class === name ? [i] : [])).slice(0, count));
  return (first >= 0 ? [first, ...chosen.filter((number) => number !== first)] : chosen).slice(0, MOST);
}

// Return buttons with images; `picked` gets the number of one among those of the page. first: an image that is chosen at the start.
export function imageChoice(data, first, picked) {
  const buttons = someOfEach(data, first).map((number, i) => {
    const { class: name, index } = data.json.images[number];
    const canvas = datasetImage(data, number, { "aria-hidden": "true" });
    const button = h("button", { type: "button", "aria-pressed": String(i === 0), "aria-label": `${name}, test image ${index}`, title: name, onclick: () => press(button, number) }, canvas);
    return button;
  });
  function press(button, number) {
    for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
    picked(number);
  }
  return h("div", { class: "thumbnails", role: "group", "aria-label": "Image" }, buttons);
}
