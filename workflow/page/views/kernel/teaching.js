// A kernel slides over an image: patch, product, sum, feature map, ReLU and pooling, all computed here from the stored weights.

import { color } from "../../color.js";
import { OVERVIEW } from "../../data.js";
import { choice, h } from "../../dom.js";
import { fixed, label } from "../../format.js";
import { look } from "../../style.js";
import { datasetImage, placeOf, raster } from "../../raster.js";
import { cellSheet } from "./cells.js";
import { biasAt, featureMap, inputOf, isComputable, largestPossible, products, total, weightsOf } from "./sliding.js";
import { stage } from "./stage.js";
import { imageChoice } from "./thumbnails.js";

const SLOW = 3; // places per second, at which a reader can follow a sum
const WHOLE = 10; // seconds for the whole map

// Return the view {node, draw(t)} of a kernel at work; draw is empty where the page cannot compute the layer.
export function teaching(run, data, bank, layer, kernel, arch) {
  const spec = OVERVIEW.architectures[arch].layers;
  if (!isComputable(spec, layer)) return { node: h("p", { class: "faint" }, "Not computed here for this layer, as its input is not the image, or it has padding or a batch normalization. “One image” shows what it makes of an image."), draw() {} };
  const tops = run.arrays[`top_image/${layer}`];
  const best = tops ? placeOf(data, tops.data[kernel * tops.shape[1]]) : -1;
  const slide = new SlideOver(run, data, bank, layer, kernel, spec);
  slide.take(Math.max(0, best));
  return {
    node: h("div", {}, imageChoice(data, best, (number) => slide.take(number)), slide.node),
    draw: (t) => slide.at(t),
  };
}

// A kernel over an image: its place, and its responses at the places that it has visited.
class SlideOver {
  constructor(run, data, bank, layer, kernel, spec) {
    Object.assign(this, { run, data, bank, kernel, spec, snapshot: bank.count - 1, timer: 0, pace: "slow" });
    this.stride = spec.find((entry) => entry.name === layer).stride;
    this.layer = layer;
    this.scene = stage("The image with the frame of the kernel; arrow keys move it");
    this.sheet = stage("Feature map: what the kernel responds at each place; arrow keys move");
    this.after = stage("The feature map after ReLU");
    this.cells = ["patch of the image", "kernel", "patch times kernel, weight by weight"].map((name) => cellSheet(bank, name));
    this.sum = h("p", { class: "sum", "aria-live": "off" });
    this.kept = h("p", { class: "faint" });
    this.node = this.arranged();
    this.listen();
  }

  // Take another image; the kernel goes to the place of its largest response.
  take(number) {
    this.input = inputOf(this.data, number, this.run, this.spec);
    this.scene.show(datasetImage(this.data, number));
    this.compute();
    this.place = this.map.values.indexOf(Math.max(...this.map.values));
    this.seen = this.map.values.length;
    this.show();
  }

  // Follow the slider to another snapshot.
  at(t) {
    this.snapshot = t;
    this.compute();
    this.show();
  }

  compute() {
    this.map = featureMap(this.input, this.bank, this.snapshot, this.kernel, this.bias ?? 0, this.stride);
    this.largest = Math.max(...this.map.values.map(Math.abs), 1e-12);
    this.most = largestPossible(this.input, this.bank, this.snapshot, this.kernel) + (this.bias ?? 0);
  }

  get bias() {
    return biasAt(this.run, this.bank, this.layer, this.kernel, this.snapshot);
  }

  get row() {
    return Math.floor(this.place / this.map.width);
  }

  get col() {
    return this.place % this.map.width;
  }

  arranged() {
    const part = (title, node, sign = "") => h("figure", {}, h("figcaption", {}, sign && h("span", { class: "sign", "aria-hidden": "true" }, sign), title), node);
    this.button = h("button", { type: "button", onclick: () => (this.timer ? this.stop() : this.slide()) }, "Slide");
    const [patch, kernel, product] = this.cells;
    return h("div", {},
      h("div", { class: "bar" }, this.button,
        h("button", { type: "button", onclick: () => { this.stop(); this.step(1); } }, "One step"),
        choice("Speed of the slide", [["slow", "slow"], ["fast", "fast"]], this.pace, (pace) => { this.pace = pace; if (this.timer) this.slide(); }),
        h("button", { type: "button", onclick: () => this.showWhole() }, "Whole map")),
      h("div", { class: "stage" }, part("Image", this.scene.node), part("Feature map", this.sheet.node), part("After ReLU", this.after.node),
        part("Patch", patch.canvas), part("Kernel", kernel.canvas, "×"), part("Product", product.canvas, "=")),
      this.sum, this.kept, h("p", { class: "faint" }, "Point at the image or at a map, or use the arrow keys. The kernel follows the slider above."));
  }

  listen() {
    this.scene.onPoint((y, x) => this.point((y * this.input.height - this.bank.k / 2) / this.stride, (x * this.input.width - this.bank.k / 2) / this.stride));
    for (const on of [this.sheet, this.after]) on.onPoint((y, x) => this.point(y * this.map.height - 0.5, x * this.map.width - 0.5));
    for (const on of [this.scene, this.sheet, this.after]) on.onArrow((down, right) => this.point(this.row + down, this.col + right));
  }

  point(row, col) {
    this.stop();
    const inside = (value, side) => Math.max(0, Math.min(side - 1, Math.round(value)));
    this.go(inside(row, this.map.height) * this.map.width + inside(col, this.map.width));
  }

  go(place) {
    this.place = place;
    this.seen = Math.max(this.seen, place + 1);
    this.show();
  }

  step(by) {
    const last = this.map.values.length - 1;
    if (this.place === last) this.seen = 1;
    this.go(this.place === last ? 0 : Math.min(last, this.place + by));
  }

  show() {
    const { bank, map, input } = this;
    const [height, width] = [bank.k / input.height, bank.k / input.width];
    this.scene.mark((this.row * this.stride) / input.height, (this.col * this.stride) / input.width, height, width);
    for (const on of [this.sheet, this.after]) on.mark(this.row / map.height, this.col / map.width, 1 / map.height, 1 / map.width);
    this.drawCells();
    this.drawMaps();
    this.kept.textContent = poolingWords(this.spec, map, this.seen);
  }

  drawCells() {
    const { bank, kernel, snapshot, input } = this;
    const weighted = products(input, bank, snapshot, kernel, this.stride, this.row, this.col);
    const weights = weightsOf(bank, snapshot, kernel);
    const limit = look.own ? bank.largest("kernels", snapshot, kernel) : bank.limits.kernels;
    const [patch, own, product] = this.cells;
    patch.draw(pixelsUnder(input, bank, this.row * this.stride, this.col * this.stride), input.range[0]);
    own.draw(weights, limit);
    product.draw(weighted, limit);
    const sum = total(weighted);
    const bias = this.bias === null ? " (the bias is known at the end only)" : ` ${this.bias < 0 ? "−" : "+"} bias ${steady(Math.abs(this.bias))} = ${steady(sum + this.bias)}`;
    this.sum.textContent = `sum ${steady(sum)}${bias}, of at most ${steady(this.most)}`;
  }

  drawMaps() {
    const [{ map }, { colors }] = [this, look];
    const [before, after] = [raster(map.width, map.height), raster(map.width, map.height)];
    map.values.forEach((value, at) => {
      before.pixels[at] = at < this.seen ? color(value, this.largest, colors) : 0;
      after.pixels[at] = at < this.seen ? color(Math.max(value, 0), this.largest, colors) : 0;
    });
    for (const [on, sheet] of [[before, this.sheet], [after, this.after]]) {
      on.show();
      sheet.show(on.canvas);
    }
  }

  showWhole() {
    this.stop();
    this.seen = this.map.values.length;
    this.show();
  }

  slide() {
    const last = this.map.values.length - 1;
    if (!this.timer && this.seen === last + 1) [this.place, this.seen] = [0, 1];
    clearInterval(this.timer);
    this.button.textContent = "Pause";
    const [pace, wait] = this.pace === "slow" ? [1, 1000 / SLOW] : [Math.max(1, Math.round(last / (WHOLE * 60))), 1000 / 60];
    this.timer = setInterval(() => {
      if (!this.node.isConnected) return this.stop();
      this.step(pace);
      if (this.place === last) this.stop();
    }, wait);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "Slide";
  }
}

// Return the pixels of an image under the kernel at (row, col) of the image, channel by channel, as its weights are.
function pixelsUnder(input, bank, row, col) {
  const pixels = new Float64Array(bank.size);
  for (let c = 0, at = 0; c < bank.channels; c++) for (let i = 0; i < bank.k; i++) for (let j = 0; j < bank.k; j++, at++) {
    pixels[at] = input.values[((row + i) * input.width + col + j) * input.channels + c];
  }
  return pixels;
}

// Return a number with digits behind the point that do not change with its last ones, so that a sum does not jump.
const steady = (value) => fixed(value, Math.abs(value) < 100 ? 2 : 0);

// Describe what the pooling after the first conv layer keeps of the map so far.
function poolingWords(spec, map, seen) {
  const kinds = spec.map((layer) => layer.kind);
  const after = spec.slice(kinds.indexOf("conv") + 1).find((layer) => layer.kind !== "relu");
  const largest = Math.max(0, ...map.values.subarray(0, seen));
  if (after?.kind === "global_max_pool") return `Max-pooling keeps one number of the map, the largest: ${label(largest)}.`;
  if (after?.kind === "max_pool") return `Max-pooling keeps the largest of every ${after.size} × ${after.size}: ${Math.floor(map.height / after.size)} × ${Math.floor(map.width / after.size)} numbers.`;
  return `${map.height} × ${map.width} numbers go on to the next layer.`;
}
