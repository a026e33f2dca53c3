// A kernel of a deeper layer, projected into the pixels of the image.

import { UNLABELED } from "../../data.js";
import { h } from "../../dom.js";
import { figure } from "../../figure.js";
import { look } from "../../style.js";
import { enlarge, paint, raster } from "../../raster.js";

// Return the figure of a deeper layer's kernel projected into pixels.
export function pixelFigure(run, layer, kernel, folder) {
  const kinds = ["linear", "maximized", "patches"].filter((kind) => run.arrays[`${kind}/${layer}`]);
  if (!kinds.length) return null;
  const tiles = kinds.map((kind) => {
    const { shape: [, channels, field], data } = run.arrays[`${kind}/${layer}`];
    const from = kernel * channels * field * field;
    const values = data.subarray(from, from + channels * field * field);
    const on = raster(channels * (field + 1) - 1, field, { "aria-label": `${kind}, in pixels` });
    const limit = Math.max(...Array.from(values, Math.abs).filter(Number.isFinite), 0);
    for (let channel = 0; channel < channels; channel++) paint(on, 0, channel * (field + 1), values, channel * field * field, field, limit, look.colors);
    on.show();
    return h("div", { class: "tile" }, enlarge(on.canvas, Math.max(1, Math.floor(190 / field))), h("span", { class: "label" }, kind));
  });
  return figure({
    title: "In pixels",
    explain: `What this kernel looks for in the image, through the layers before it: as if they were linear, and the ${UNLABELED ? "mean of all patches, each weighted with how probably it is on there" : "patch that excites it most"}; each on its own scale.`,
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
