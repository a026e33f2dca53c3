// Canvases with a pixel for each number.

import { color, rgba } from "./color.js";
import { h } from "./dom.js";
import { label } from "./format.js";

// Canvas with a pixel per weight; `pixels` is what is painted on, `show()` brings it to the screen.
export function raster(width, height, attributes = {}) {
  const canvas = h("canvas", { width, height, role: "img", ...attributes });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  return { canvas, pixels, width, height, show: () => context.putImageData(image, 0, 0) };
}

// A plane of k x k weights, `from` on in `values`, with its upper left pixel at (row, col).
export function paint(on, row, col, values, from, k, limit, colors) {
  for (let i = 0; i < k; i++) {
    let at = (row + i) * on.width + col;
    for (let j = 0; j < k; j++) on.pixels[at++] = color(values[from++], limit, colors);
  }
}

// The pixel (row, col) under the pointer; outside of the raster where the pointer is captured there.
export function pixelUnder(on, event) {
  const box = on.canvas.getBoundingClientRect();
  return [Math.floor(((event.clientY - box.top) / box.height) * on.height), Math.floor(((event.clientX - box.left) / box.width) * on.width)];
}

// `act` wherever the pointer moves, or a finger touches: a touch moves nothing.
export function onPoint(on, act) {
  for (const kind of ["pointermove", "pointerdown"]) on.canvas.addEventListener(kind, act);
}

export function enlarge(canvas, factor) {
  canvas.style.width = `${canvas.width * factor}px`;
  canvas.style.height = `${canvas.height * factor}px`;
  return canvas;
}

// An image of the dataset, of bytes (n, h, w) or (n, h, w, 3).
export function datasetImage(data, number, attributes = {}) {
  const { shape, data: bytes } = data.arrays.images;
  const [, height, width, channels = 1] = shape;
  const on = raster(width, height, attributes);
  for (let i = 0, at = number * height * width * channels; i < height * width; i++, at += channels) {
    on.pixels[i] = channels === 3 ? rgba(bytes[at], bytes[at + 1], bytes[at + 2]) : rgba(bytes[at], bytes[at], bytes[at]);
  }
  on.show();
  return on.canvas;
}

// The scale beside a figure of kernels; `set` says what it means now.
export function scaleBar() {
  const on = raster(256, 1, { "aria-hidden": "true" });
  const low = h("span");
  const high = h("span");
  const node = h("span", { class: "scale" }, low, on.canvas, high);
  return {
    node,
    set(limit, colors) {
      on.pixels.set(colors);
      on.show();
      low.textContent = limit === null ? "each kernel: −its largest" : label(-limit);
      high.textContent = limit === null ? "+its largest" : `+${label(limit)}`;
    },
  };
}
