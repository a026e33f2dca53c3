// Kernels of deeper layers in pixels, through the layers before them as if these were linear (as in probes/projection.py).

import { Bank } from "./kernels.js";

// Return the units of a layer's input as weights of pixels, {channels, size, jump, data: (n, channels, size, size)}.
function unit(channels) {
  const data = new Float64Array(channels * channels);
  for (let c = 0; c < channels; c++) data[c * channels + c] = 1;
  return { count: channels, channels, size: 1, jump: 1, data };
}

// Return the units after a conv layer: sums of the units before it, `jump` pixels apart, weighted by kernels (out, in, k, k).
function afterConv(before, kernels, out, k, stride) {
  const { count, channels, size, jump } = before;
  const wide = size + jump * (k - 1);
  const [plane, area] = [size * size, wide * wide];
  const data = new Float64Array(out * channels * area);
  for (let o = 0, at = 0; o < out; o++) for (let i = 0; i < count; i++) for (let row = 0; row < k; row++) for (let col = 0; col < k; col++, at++) {
    const weight = kernels[at];
    if (weight === 0) continue;
    for (let c = 0; c < channels; c++) {
      const from = (i * channels + c) * plane;
      const to = (o * channels + c) * area + row * jump * wide + col * jump;
      for (let y = 0; y < size; y++) for (let x = 0, a = from + y * size, b = to + y * wide; x < size; x++) data[b++] += weight * before.data[a++];
    }
  }
  return { count: out, channels, size: wide, jump: jump * stride, data };
}

// Return the units after pooling, whose weight is spread evenly over a block.
function afterPool(before, pool) {
  const { count } = before;
  const kernels = new Float64Array(count * count * pool * pool);
  const share = 1 / (pool * pool);
  for (let i = 0; i < count; i++) kernels.fill(share, (i * count + i) * pool * pool, (i * count + i + 1) * pool * pool);
  return afterConv(before, kernels, count, pool, pool);
}

// Kernels of a deeper layer in pixels, with the interface of a Bank; each snapshot is computed when it is first needed.
export class PixelBank extends Bank {
  // layers: of the network, as in the overview
  constructor(run, name, layers) {
    super(run, name);
    this.own = new Bank(run, name);
    this.before = layers.slice(0, layers.findIndex((layer) => layer.name === name));
    this.banks = new Map(this.before.filter((layer) => layer.kind === "conv").map((layer) => [layer.name, new Bank(run, layer.name)]));
    this.projected = new Map(); // mode and snapshot -> {units: of the layer's input, pixels: their weights, done: kernels}
    const [first] = this.banks.values();
    this.limits = { kernels: run.json.layers[name].pixel_limit, change: run.json.layers[name].pixel_limit };
    this.arrange(first.channels, run.json.layers[name].field, true);
  }

  // Return the weights of pixels (out, channels, field, field) at a snapshot.
  slice(mode, t) {
    while (!this.isReady(mode, t)) this.advance(mode, t);
    return this.projected.get(`${mode} ${t}`).pixels;
  }

  // Whether a snapshot can be drawn without computing it.
  isReady(mode, t) {
    return this.projected.get(`${mode} ${t}`)?.done === this.out;
  }

  // Compute the next kernel of a snapshot, which is quick enough for the pause between two frames.
  advance(mode, t) {
    const key = `${mode} ${t}`;
    if (!this.projected.has(key)) this.projected.set(key, { units: this.unitsAt(t), pixels: new Float32Array(this.out * this.size), done: 0 });
    const part = this.projected.get(key);
    const { size, k } = this.own;
    const kernel = this.own.slice(mode, t).subarray(part.done * size, (part.done + 1) * size);
    part.pixels.set(afterConv(part.units, kernel, 1, k, 1).data, part.done * this.size);
    part.done++;
    if (part.done === this.out) part.units = null;
  }

  // Return the computed snapshot nearest to t, or t if none is computed.
  drawable(mode, t) {
    const ready = this.steps.map((_, at) => at).filter((at) => this.isReady(mode, at));
    return ready.reduce((best, at) => (Math.abs(at - t) < Math.abs(best - t) ? at : best), ready[0] ?? t);
  }

  // Return the units that the layer sees at a snapshot.
  unitsAt(t) {
    let units = unit(this.channels);
    for (const layer of this.before) {
      if (layer.kind === "conv") {
        const bank = this.banks.get(layer.name);
        units = afterConv(units, bank.slice("kernels", t), bank.out, bank.k, layer.stride);
      } else if (layer.kind === "max_pool" || layer.kind === "average_pool") units = afterPool(units, layer.size);
    }
    return units;
  }
}

// Return the arrays of a run with `linear/LAYER`, the kernels of a layer in pixels at the end, also where the page computes it.
export function withProjection(run, name, layers) {
  if (!run.json.layers[name].composed) return run.arrays;
  const bank = new PixelBank(run, name, layers);
  const linear = { shape: [bank.out, bank.channels, bank.k, bank.k], get data() { return bank.slice("kernels", bank.count - 1); } };
  return { ...run.arrays, [`linear/${name}`]: linear };
}
