// The kernels of one layer in one run over its training.

import { DEAD } from "./color.js";
import { records } from "./data.js";
import { label } from "./format.js";
import { look } from "./style.js";
import { paint, paintInColor } from "./raster.js";

const COLORS = ["red", "green", "blue"]; // channels of color images
export const SUM = "sum"; // of all channels, each in its color

// Return how the planes of a kernel, one per channel, are placed in a block: {side: planes in a row, width, height}, in weights.
export function planesOf(channels, k) {
  const side = Math.ceil(Math.sqrt(channels));
  return { side, width: side * (k + 1) - 1, height: Math.ceil(channels / side) * (k + 1) - 1 };
}

export class Bank {
  // Read kernels from a run's payload: weights are a Float32Array (t, out, channels, k, k), exact at the first and last
  // snapshot, and between off by at most two of 256 colors of the shared scale; steps are the step of every snapshot.
  // channels: {chosen: the number of a channel, SUM, or null for the default; palette: colors, and names of channels, or null}.
  constructor(run, layer, { chosen = null, palette = null, names = null } = {}) {
    Object.assign(this, { chosen, palette, names });
    this.array = run.arrays[`kernels/${layer}`];
    const { shape } = this.array;
    [this.count, this.out] = shape;
    const steps = Array.from(run.arrays.steps.data);
    const epochs = Array.from(run.arrays.epochs.data);
    this.ends = this.count < steps.length; // whether only the first and the last snapshot are on the page
    this.steps = this.ends ? [steps[0], steps.at(-1)] : steps;
    this.epochs = this.ends ? [epochs[0], epochs.at(-1)] : epochs;
    this.pretrained = run.json.outcome.pretrained ?? null;
    this.untrained = this.pretrained?.untrained ?? true; // whether the first snapshot is the untrained state
    this.limits = { kernels: run.json.layers[layer].limit, change: run.json.layers[layer].change_limit }; // the shared scale of all kernels in the layer
    this.coefficients = run.arrays[`coefficients/${layer}`].data; // (t, out), d of the change
    this.estimated = run.json.layers[layer].decay_factor === null; // whether d is an estimate
    this.dead = new Set(records(run.json.atlas).filter((row) => row.layer === layer && row.alive === false).map((row) => row.kernel));
    this.changes = new Map(); // snapshot -> what `slice` has computed
    this.arrange(shape[2], shape[3], layer === Object.keys(run.json.layers)[0]);
  }

  // Set how a kernel is drawn: in color if it sees pixels in color, else as a block of planes, one per channel; or as it is chosen.
  arrange(channels, k, seesPixels) {
    [this.channels, this.k, this.seesPixels] = [channels, k, seesPixels];
    this.size = channels * k * k; // weights of a kernel
    this.single = seesPixels && Number.isInteger(this.chosen) ? Math.min(this.chosen, channels - 1) : null;
    this.isColored = seesPixels && this.single === null && (channels === COLORS.length || this.chosen === SUM);
    this.planes = this.isColored || this.single !== null ? 1 : channels;
    Object.assign(this, planesOf(this.planes, k));
    this.pitch = this.width + (this.planes > 1 ? 3 : 1); // distance from one kernel to the next in a row
  }

  // Whether there is something to draw at a step: a snapshot, as pretrained runs may begin late, and for the change also W_0.
  shows(mode, step) {
    return this.steps[0] <= step && (mode !== "change" || this.untrained);
  }

  // Return the last snapshot at or before a step.
  at(step) {
    let t = this.steps.length - 1;
    while (t > 0 && this.steps[t] > step) t--;
    return t;
  }

  // Return the snapshot to draw for t while the slider moves.
  drawable(mode, t) {
    return t;
  }

  // Return a snapshot's time in words.
  when(t) {
    if (this.pretrained && !(this.untrained && t === 0)) return this.pretrained.time ? `${this.pretrained.time} ${this.steps[t]}` : "trained";
    return this.steps[t] ? `epoch ${this.epochs[t].toFixed(2)}, step ${this.steps[t]}` : "untrained";
  }

  get numbers() {
    return Array.from({ length: this.out }, (_, kernel) => kernel);
  }

  // Return the weights (out, channels, k, k) of all kernels at a snapshot, or their change W_t − d W_0, as in the
  // workflow's kernels.change; d is NaN if W_0 is unknown.
  slice(mode, t) {
    if (mode !== "change" && t === this.count - 1) return this.array.last;
    const { array: { data: weights }, coefficients, size, out, changes } = this;
    const at = t * out * size;
    if (mode !== "change") return weights.subarray(at, at + out * size);
    if (!changes.has(t)) {
      const change = new Float32Array(out * size);
      for (let kernel = 0, i = 0; kernel < out; kernel++) {
        const d = coefficients[t * out + kernel];
        for (const end = i + size; i < end; i++) change[i] = weights[at + i] - d * weights[i];
      }
      changes.set(t, change);
    }
    return changes.get(t);
  }

  // The change per step from each snapshot to the next, |W_b − W_a| / |W_b| over all kernels.
  get rates() {
    return this.steps.slice(1).map((step, t) => {
      const [before, after] = [this.slice("kernels", t), this.slice("kernels", t + 1)];
      let [moved, size] = [0, 0];
      for (let i = 0; i < after.length; i++) {
        moved += (after[i] - before[i]) ** 2;
        size += after[i] ** 2;
      }
      return size > 0 ? Math.sqrt(moved / size) / (step - this.steps[t]) : 0;
    });
  }

  largest(mode, t, kernel) {
    const values = this.slice(mode, t);
    let maximum = 0;
    for (let i = kernel * this.size, end = i + this.size; i < end; i++) {
      const size = Math.abs(values[i]);
      if (size > maximum && size < Infinity) maximum = size;
    }
    return maximum;
  }

  // Draw one kernel with its upper left pixel at (row, col).
  draw(on, row, col, t, kernel, style) {
    const values = this.slice(style.mode, t);
    const limit = style.own ? this.largest(style.mode, t, kernel) : style.limit;
    if (this.isColored) paintInColor(on, row, col, values, kernel * this.size, this.k, limit, this.palette ?? undefined);
    else for (let plane = 0; plane < this.planes; plane++) {
      const top = row + Math.floor(plane / this.side) * (this.k + 1);
      const left = col + (plane % this.side) * (this.k + 1);
      paint(on, top, left, values, kernel * this.size + (this.single ?? plane) * this.k * this.k, this.k, limit, style.colors);
    }
  }

  // Draw a kernel inside a frame of one pixel, red if the kernel is dead, because on its own scale it would look alive.
  drawFramed(on, row, col, t, kernel, style) {
    this.draw(on, row, col, t, kernel, style);
    if (!this.dead.has(kernel)) return;
    for (let i = row - 1; i <= row + this.height; i++) on.pixels[i * on.width + col - 1] = on.pixels[i * on.width + col + this.width] = DEAD;
    for (let j = col - 1; j <= col + this.width; j++) on.pixels[(row - 1) * on.width + j] = on.pixels[(row + this.height) * on.width + j] = DEAD;
  }

  // Return a weight in words, as it is drawn now, or the weights of all colors.
  told(t, kernel, weight, digits) {
    const nameOf = (number) => this.names?.[number] ?? number;
    const channel = this.planes > 1 || this.single !== null ? `channel ${nameOf(weight.channel)}, ` : "";
    const value = (of) => label(this.slice(look.mode, t)[kernel * this.size + weight.index + of * this.k * this.k], digits);
    const all = this.palette ? this.palette.map((_, number) => `channel ${nameOf(number)}`) : COLORS;
    const values = this.isColored ? all.map((name, of) => `${name} ${value(of)}`).join(", ") : value(0);
    return `${channel}row ${weight.row}, col ${weight.col}: ${values}`;
  }

  // Return the weight under a pixel of a drawn kernel, {channel, row, col, index}, or null between planes. In color, it is that of the first channel.
  weightAt(row, col) {
    const [i, j] = [row % (this.k + 1), col % (this.k + 1)];
    const plane = Math.floor(row / (this.k + 1)) * this.side + Math.floor(col / (this.k + 1));
    if (i === this.k || j === this.k || plane >= this.planes || row < 0 || col < 0) return null;
    const channel = this.single ?? plane;
    return { channel, row: i, col: j, index: channel * this.k * this.k + i * this.k + j };
  }
}

// Return the moments of a slider over several banks, {longest, steps, when(t): words}: the snapshots of the bank that ends
// last, or of all banks if that one has fewer than three, as pretrained runs may.
export function momentsOf(banks) {
  const longest = banks.reduce((a, b) => ((b.steps.at(-1) - a.steps.at(-1) || b.count - a.count) > 0 ? b : a));
  const words = new Map((longest.count > 2 ? [longest] : banks).flatMap((bank) => bank.steps.map((step, t) => [step, bank.when(t)])));
  const steps = [...words.keys()].sort((a, b) => a - b);
  return { longest, steps, when: (t) => words.get(steps[t]) };
}

// Return the weights of all banks at a step, for a CSV. seeds: the seed of each bank; order: the kernels of each bank by column.
export function weightRows(banks, seeds, order, mode, step) {
  const rows = [];
  banks.forEach((bank, i) => {
    if (!bank.shows(mode, step)) return;
    const t = bank.at(step);
    order[i].forEach((kernel, column) => {
      if (kernel === undefined) return;
      for (let at = 0; at < bank.size; at++) {
        const place = at % (bank.k * bank.k);
        rows.push([seeds[i], column, kernel, bank.steps[t], Math.floor(at / (bank.k * bank.k)), Math.floor(place / bank.k), place % bank.k, bank.slice(mode, t)[kernel * bank.size + at]]);
      }
    });
  });
  return { columns: ["seed", "column", "kernel", "step", "channel", "row", "col", mode === "change" ? "change" : "weight"], rows };
}
