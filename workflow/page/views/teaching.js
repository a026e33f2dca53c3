// A kernel slides over an image: product, sum, feature map, ReLU and pooling, all computed here from the stored weights.

import { color } from "../color.js";
import { OVERVIEW } from "../data.js";
import { h, menu } from "../dom.js";
import { label } from "../format.js";
import { Bank } from "../kernels.js";
import { look, ownScale } from "../style.js";
import { datasetImage, enlarge, paint, raster } from "../raster.js";

export async function teaching(run, data, layer, kernel, arch) {
  if (!data) return null;
  if (!isComputable(OVERVIEW.architectures[arch].layers, layer)) return h("p", { class: "faint" }, "Not shown for this layer: the slide computes a plain response from the stored weights, without padding and without batch normalization.");
  const names = data.json.images.map((image, i) => [i, `${image.class}, ${image.split} ${image.index}`]);
  const place = h("div");
  const start = (i) => place.replaceChildren(new SlideOver(run, data, Number(i), layer, kernel, arch).node);
  start(0);
  return h("div", {}, h("p", { class: "faint" }, "The frame stands where this kernel fits the image best. Drag it, move it with the arrow keys, or press “Slide”: where kernel and image agree, the products add up. Red is above zero, blue below; kernel and products share a scale, and so do both maps."), h("div", { class: "bar" }, menu("Image", names, 0, start)), place);
}

// Whether a conv layer's response is the unpadded correlation of kernel and image, plus a bias.
function isComputable(layers, name) {
  const at = layers.findIndex((layer) => layer.name === name);
  const before = layers.slice(0, at).every((layer) => layer.kind === "center");
  return before && !layers[at].padding && layers[at + 1]?.kind !== "batch_norm";
}

// Return an image as the first conv layer sees it: numbers from 0 to 1, or scaled and centered if a layer centers them.
export function inputOf(data, number, run, spec) {
  const [, height, width, channels = 1] = data.arrays.images.shape;
  const size = height * width * channels;
  const center = spec.find((layer) => layer.kind === "center");
  const means = center ? run.arrays[`mean/${center.name}`].data : new Float32Array(channels);
  const scale = (center?.scale ?? 1) / 255;
  return { height, width, channels, values: Float64Array.from(data.arrays.images.data.subarray(number * size, (number + 1) * size), (byte, at) => byte * scale - means[at % channels]) };
}

// Return the product of kernel and image, weight by weight, with the kernel at (row, col) of the feature map.
function products(input, bank, kernel, stride, row, col) {
  const from = bank.from(bank.count - 1, kernel);
  const weighted = new Float64Array(bank.size);
  for (let c = 0, at = 0; c < bank.channels; c++) for (let i = 0; i < bank.k; i++) for (let j = 0; j < bank.k; j++, at++) {
    weighted[at] = bank.weights[from + at] * input.values[((row * stride + i) * input.width + col * stride + j) * input.channels + c];
  }
  return weighted;
}

const total = (values) => values.reduce((sum, value) => sum + value, 0);

// Return the feature map of a kernel, including its bias: {height, width, values}.
function featureMap(input, bank, kernel, bias, stride) {
  const [height, width] = [input.height, input.width].map((side) => Math.floor((side - bank.k) / stride) + 1);
  const values = new Float64Array(height * width);
  for (let row = 0; row < height; row++) for (let col = 0; col < width; col++) {
    values[row * width + col] = total(products(input, bank, kernel, stride, row, col)) + bias;
  }
  return { height, width, values };
}

const ZOOM = 4; // screen pixels per image pixel

// A kernel over an image: its position, and its responses at the positions that it has visited.
class SlideOver {
  constructor(run, data, number, layer, kernel, arch) {
    this.bank = new Bank(run, layer);
    this.kernel = kernel;
    this.spec = OVERVIEW.architectures[arch].layers;
    this.stride = this.spec.find((entry) => entry.name === layer).stride;
    this.bias = run.arrays[`bias/${layer}`]?.data[kernel] ?? 0;
    this.input = inputOf(data, number, run, this.spec);
    this.small = datasetImage(data, number);
    this.map = featureMap(this.input, this.bank, kernel, this.bias, this.stride);
    this.largest = Math.max(...this.map.values.map(Math.abs), 1e-12);
    const best = this.map.values.indexOf(Math.max(...this.map.values));
    [this.row, this.col] = this.placeOf(best); // the position of its largest response
    this.seen = this.map.values.length;
    this.timer = 0;
    this.makeCanvases();
    this.node = this.arranged();
    this.listen();
    this.show();
  }

  placeOf(at) {
    return [Math.floor(at / this.map.width), at % this.map.width];
  }

  get at() {
    return this.row * this.map.width + this.col;
  }

  makeCanvases() {
    const { bank, input, map } = this;
    this.scene = h("canvas", { width: input.width * ZOOM, height: input.height * ZOOM, tabindex: 0, "data-keys": true, role: "img", "aria-label": "The image with the frame of the kernel; arrow keys move it" });
    this.weights = raster(bank.width, bank.height, { "aria-label": "the kernel" });
    this.products = raster(bank.width, bank.height, { "aria-label": "kernel times image, weight by weight" });
    this.sheet = raster(map.width, map.height, { "aria-label": "feature map so far" });
    this.after = raster(map.width, map.height, { "aria-label": "feature map after ReLU" });
    for (const on of [this.weights, this.products]) enlarge(on.canvas, Math.max(1, Math.floor(150 / bank.width)));
    for (const on of [this.sheet, this.after]) enlarge(on.canvas, Math.max(1, Math.floor(220 / map.width)));
    bank.draw(this.weights, 0, 0, bank.count - 1, this.kernel, ownScale());
    this.weights.show();
  }

  arranged() {
    const part = (title, ...nodes) => h("figure", {}, h("figcaption", {}, title), nodes);
    this.sum = h("p", { class: "sum", "aria-live": "off" });
    this.pooled = h("p", { class: "sum" });
    this.button = h("button", { type: "button", onclick: () => (this.timer ? this.stop() : this.slide()) }, "Slide");
    const whole = h("button", { type: "button", onclick: () => this.showWhole() }, "Whole map");
    return h("div", {}, h("div", { class: "bar" }, this.button, whole),
      h("div", { class: "stage" }, part("Image", this.scene), part("Kernel", this.weights.canvas), part("Kernel × image", this.products.canvas, this.sum), part("Feature map", this.sheet.canvas), part("After ReLU", this.after.canvas, this.pooled)));
  }

  listen() {
    const drag = (event) => {
      const box = this.scene.getBoundingClientRect();
      const place = (at, side, pixels) => Math.round(((at / side) * pixels - this.bank.k / 2) / this.stride);
      this.move([place(event.clientY - box.top, box.height, this.input.height), place(event.clientX - box.left, box.width, this.input.width)]);
    };
    this.scene.addEventListener("pointerdown", (event) => { this.scene.setPointerCapture(event.pointerId); this.stop(); drag(event); });
    this.scene.addEventListener("pointermove", (event) => { if (event.buttons) drag(event); });
    this.scene.addEventListener("keydown", (event) => {
      const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!by) return;
      event.preventDefault();
      this.stop();
      this.move([this.row + by[0], this.col + by[1]]);
    });
  }

  show() {
    this.seen = Math.max(this.seen, this.at + 1);
    this.drawScene();
    this.drawProducts();
    this.drawMaps();
    this.pooled.textContent = poolingWords(this.spec, this.map, this.seen);
  }

  drawScene() {
    const context = this.scene.getContext("2d");
    const side = this.bank.k * ZOOM;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.small, 0, 0, this.scene.width, this.scene.height);
    context.strokeStyle = "#d62f20";
    context.lineWidth = 3;
    context.strokeRect(this.col * this.stride * ZOOM + 1.5, this.row * this.stride * ZOOM + 1.5, side - 3, side - 3);
  }

  drawProducts() {
    const { bank } = this;
    const weighted = products(this.input, bank, this.kernel, this.stride, this.row, this.col);
    const limit = bank.largest("kernels", bank.count - 1, this.kernel);
    for (let c = 0; c < bank.channels; c++) paint(this.products, Math.floor(c / bank.side) * (bank.k + 1), (c % bank.side) * (bank.k + 1), weighted, c * bank.k * bank.k, bank.k, limit, look.colors);
    this.products.show();
    this.sum.textContent = `sum ${label(total(weighted))} ${this.bias < 0 ? "−" : "+"} bias ${label(Math.abs(this.bias))} = ${label(total(weighted) + this.bias)}`;
  }

  drawMaps() {
    this.map.values.forEach((value, at) => {
      this.sheet.pixels[at] = at < this.seen ? color(value, this.largest, look.colors) : 0;
      this.after.pixels[at] = at < this.seen ? color(Math.max(value, 0), this.largest, look.colors) : 0;
    });
    this.sheet.show();
    this.after.show();
  }

  move([row, col]) {
    this.row = Math.max(0, Math.min(this.map.height - 1, row));
    this.col = Math.max(0, Math.min(this.map.width - 1, col));
    this.show();
  }

  showWhole() {
    this.stop();
    this.seen = this.map.values.length;
    this.show();
  }

  slide() {
    const last = this.map.values.length - 1;
    if (this.seen === last + 1) [this.row, this.col, this.seen] = [0, 0, 1];
    this.button.textContent = "Pause";
    const pace = Math.max(1, Math.round(last / 600)); // the whole map in about ten seconds
    this.timer = setInterval(() => {
      if (!this.scene.isConnected) return this.stop();
      this.move(this.placeOf(Math.min(last, this.at + pace)));
      if (this.at === last) this.stop();
    }, 16);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "Slide";
  }
}

// Describe what the pooling after the first conv layer keeps of the map so far.
function poolingWords(spec, map, seen) {
  const kinds = spec.map((layer) => layer.kind);
  const after = spec.slice(kinds.indexOf("conv") + 1).find((layer) => layer.kind !== "relu");
  const largest = Math.max(0, ...map.values.subarray(0, seen));
  if (after?.kind === "global_max_pool") return `Max-pooling keeps one number, the largest: ${label(largest)}`;
  if (after?.kind === "max_pool") return `Max-pooling keeps the largest of every ${after.size} × ${after.size}: ${Math.floor(map.height / after.size)} × ${Math.floor(map.width / after.size)} numbers`;
  return `Goes on to the next layer: ${map.height} × ${map.width} numbers`;
}
