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

// Kernels of a deeper layer in pixels, with the interface of a Bank; each snapshot is computed when it is first drawn.
export class PixelBank extends Bank {
  // layers: of the network, as in the overview
  constructor(run, name, layers) {
    super(run, name);
    this.own = new Bank(run, name);
    this.before = layers.slice(0, layers.findIndex((layer) => layer.name === name));
    this.banks = new Map(this.before.filter((layer) => layer.kind === "conv").map((layer) => [layer.name, new Bank(run, layer.name)]));
    this.projected = new Map(); // mode and snapshot -> weights of pixels
    const [first] = this.banks.values();
    this.limits = { kernels: run.json.layers[name].pixel_limit, change: run.json.layers[name].pixel_limit };
    this.arrange(first.channels, run.json.layers[name].field);
  }

  // Return the weights of pixels (out, channels, field, field) at a snapshot.
  slice(mode, t) {
    const key = `${mode} ${t}`;
    if (!this.projected.has(key)) this.projected.set(key, Float32Array.from(this.project(mode, t)));
    return this.projected.get(key);
  }

  // Whether a snapshot can be drawn without computing it.
  isReady(mode, t) {
    return this.projected.has(`${mode} ${t}`);
  }

  project(mode, t) {
    let units = unit(this.channels);
    for (const layer of this.before) {
      if (layer.kind === "conv") {
        const bank = this.banks.get(layer.name);
        units = afterConv(units, bank.slice("kernels", t), bank.out, bank.k, layer.stride);
      } else if (layer.kind === "max_pool" || layer.kind === "average_pool") units = afterPool(units, layer.size);
    }
    return afterConv(units, this.own.slice(mode, t), this.out, this.own.k, 1).data;
  }
}
