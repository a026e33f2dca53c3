// Canvases with one pixel for each number.

import { NOT_FINITE, rgba } from "./color.js";
import { h } from "./dom.js";
import { label } from "./format.js";

// Return a canvas with one pixel per weight; paint on `pixels`, then call `show()`.
export const raster = (width, height, attributes = {}) => onCanvas(h("canvas", { width, height, role: "img", ...attributes }));

// Return what paints on a canvas, as raster() does.
export function onCanvas(canvas) {
  const { width, height } = canvas;
  const context = canvas.getContext("2d", { willReadFrequently: true }); // a small canvas is drawn faster without a layer of its own
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  return { canvas, pixels, width, height, show: () => context.putImageData(image, 0, 0) };
}

// Paint a plane of k x k weights, which start at `from` in `values`, with the upper left pixel at (row, col).
export function paint(on, row, col, values, from, k, limit, colors) {
  const { pixels, width } = on;
  if (!(limit > 0)) limit = Infinity; // every finite number has the color of zero
  for (let i = 0; i < k; i++) {
    let at = (row + i) * width + col;
    for (let j = 0; j < k; j++) {
      const value = values[from++];
      const place = Math.floor((value / limit + 1) * 128); // as color(), without a call for each weight
      pixels[at++] = value - value !== 0 ? NOT_FINITE : colors[place > 255 ? 255 : place < 0 ? 0 : place];
    }
  }
}

const level = (share) => Math.round(127.5 * (1 + Math.max(-1, Math.min(1, share))));

const RGB = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

// Paint a kernel of color images as one of them: gray for no weight, and the more of a color, the larger its weight. Its
// planes, one per channel, start at `from`, one after the other. palette: the color of each channel, from 0 to 1.
export function paintInColor(on, row, col, values, from, k, limit, palette = RGB) {
  const plane = k * k;
  const most = limit > 0 ? limit : 1;
  for (let i = 0; i < plane; i++, from++) {
    let [red, green, blue, total] = [0, 0, 0, 0];
    for (let channel = 0; channel < palette.length; channel++) {
      const value = values[from + channel * plane];
      const share = Math.max(-1, Math.min(1, value / most));
      total += value;
      red += palette[channel][0] * share;
      green += palette[channel][1] * share;
      blue += palette[channel][2] * share;
    }
    const pixel = Number.isFinite(total) ? rgba(level(red), level(green), level(blue)) : NOT_FINITE;
    on.pixels[(row + Math.floor(i / k)) * on.width + col + (i % k)] = pixel;
  }
}

// Copy a picture {pixels, width, height} into a square with its upper left pixel at (row, col).
export function paste(on, row, col, side, { pixels, width, height }) {
  for (let i = 0, last = -1; i < side; i++) {
    const [at, line] = [(row + i) * on.width + col, Math.floor((i * height) / side)];
    if (line === last) on.pixels.copyWithin(at, at - on.width, at - on.width + side);
    else for (let j = 0; j < side; j++) on.pixels[at + j] = pixels[line * width + Math.floor((j * width) / side)];
    last = line;
  }
}

// Return the address of a picture {pixels, width, height}, for an image that no frame composes, as it would a canvas.
export function asURL({ pixels, width, height }) {
  const on = raster(width, height);
  on.pixels.set(pixels);
  on.show();
  return on.canvas.toDataURL();
}

// Return the pixel (row, col) under the pointer; it is outside the raster if a captured pointer is.
export function pixelUnder(on, event) {
  const box = on.canvas.getBoundingClientRect();
  return [Math.floor(((event.clientY - box.top) / box.height) * on.height), Math.floor(((event.clientX - box.left) / box.width) * on.width)];
}

// Call `act` when the pointer moves or a finger touches, because a touch sends no move event.
export function onPoint(on, act) {
  for (const kind of ["pointermove", "pointerdown"]) on.canvas.addEventListener(kind, act);
}

export function enlarge(canvas, factor) {
  canvas.style.width = `${canvas.width * factor}px`;
  canvas.style.height = `${canvas.height * factor}px`;
  return canvas;
}

// Return a canvas with an image of the dataset, from bytes (n, h, w) or (n, h, w, channels). json.palette: the color of each
// channel, from 0 to 1; without it, images are gray, or red, green and blue.
export function datasetImage(data, number, attributes = {}) {
  const { shape, data: bytes } = data.arrays.images;
  const [, height, width, channels = 1] = shape;
  const { palette = null } = data.json ?? {};
  const on = raster(width, height, attributes);
  for (let i = 0, at = number * height * width * channels; i < height * width; i++, at += channels) {
    on.pixels[i] = palette ? mixed(bytes, at, palette) : rgba(bytes[at], bytes[at + (channels > 1)], bytes[at + 2 * (channels > 1)]);
  }
  on.show();
  return on.canvas;
}

// Return the sum of the colors of the channels of a pixel, whose bytes start at `at`.
function mixed(bytes, at, palette) {
  return rgba(...[0, 1, 2].map((part) => Math.round(Math.min(255, palette.reduce((sum, color, channel) => sum + color[part] * bytes[at + channel], 0)))));
}

// Return the place of a test image among those of the page; −1 if it is not there.
export const placeOf = (data, number) => data.json.images.findIndex((image) => image.split === "test" && image.index === number);

// Return the color scale beside a figure of kernels. set(limit, colors, more): the limit is null if each kernel has its own; more: a note.
export function scaleBar() {
  const on = raster(256, 1, { "aria-hidden": "true" });
  const low = h("span");
  const high = h("span");
  const note = h("span", { class: "faint" });
  const node = h("span", { class: "scale" }, low, on.canvas, high, note);
  return {
    node,
    set(limit, colors, more = null) {
      on.pixels.set(colors);
      on.show();
      low.textContent = limit === null ? "each kernel: −its largest" : label(-limit);
      high.textContent = limit === null ? "+its largest" : `+${label(limit)}`;
      note.textContent = more ?? "";
    },
  };
}
