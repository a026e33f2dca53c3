// A kernel of a deeper layer, projected into the pixels of the image.

import { UNLABELED } from "../../data.js";
import { h } from "../../dom.js";
import { figure } from "../../figure.js";
import { look } from "../../style.js";
import { enlarge, paint, paintInColor, raster } from "../../raster.js";

const WAYS = { // of drawing a kernel in pixels, and what each shows
  linear: "Linear: through the layers before it, as if these were linear.",
  maximized: "Maximized: of all images as large as its field, the one that it responds to most.",
  patches: "Patches: the mean of all patches, each weighted with how probably it is on there.",
};

// Return the figure of a deeper layer's kernel in pixels, in the ways that the page has; null if it has none.
export function pixelFigure(run, layer, kernel, folder) {
  const kinds = Object.keys(WAYS).filter((kind) => run.arrays[`${kind}/${layer}`]);
  if (!kinds.length) return null;
  const tiles = kinds.map((kind) => {
    const { shape: [, channels, field], data } = run.arrays[`${kind}/${layer}`];
    const from = kernel * channels * field * field;
    const values = data.subarray(from, from + channels * field * field);
    const isColored = channels === 3;
    const on = raster(isColored ? field : channels * (field + 1) - 1, field, { "aria-label": `${kind}, in pixels` });
    const limit = Math.max(...Array.from(values, Math.abs).filter(Number.isFinite), 0);
    if (isColored) paintInColor(on, 0, 0, values, 0, field, limit);
    else for (let channel = 0; channel < channels; channel++) paint(on, 0, channel * (field + 1), values, channel * field * field, field, limit, look.colors);
    on.show();
    return h("div", { class: "tile" }, enlarge(on.canvas, Math.max(1, Math.floor(190 / field))), h("span", { class: "label" }, kind));
  });
  return figure({
    title: "In pixels",
    explain: `What the trained kernel looks for in the image, each on its own scale. ${kinds.map((kind) => WAYS[kind]).join(" ")}`,
    path: `${folder}/${UNLABELED ? "bases" : "pixels"}.npz`,
    node: h("div", { class: "tiles" }, tiles),
    numbers: () => {
      const rows = kinds.flatMap((kind) => {
        const { shape: [, channels, field], data } = run.arrays[`${kind}/${layer}`];
        const plane = field * field;
        return Array.from({ length: channels * plane }, (_, i) => [kind, Math.floor(i / plane), Math.floor((i % plane) / field), i % field, data[kernel * channels * plane + i]]);
      });
      return { columns: ["kind", "channel", "row", "col", "value"], rows };
    },
  });
}
