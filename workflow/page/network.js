// A trained network, computed from its list of layers: what models/layer_kinds.py and networks.py compute, without torch.
//
// Maps are {channels, height, width, values}, flat numbers {channels, height: 1, width: 1, values}; values are a
// Float64Array (channels, height, width).

const maps = (channels, height, width, values = new Float64Array(channels * height * width)) => ({ channels, height, width, values });
const each = (x, compute) => maps(x.channels, x.height, x.width, x.values.map((value, at) => compute(value, Math.floor(at / (x.height * x.width)))));
const named = (layer, number) => layer.name || `${layer.kind}_${number}`;
const side = (pixels, size, stride, padding) => Math.floor((pixels + 2 * padding - size) / stride) + 1;

function conv(x, { kernels, kernel_size: k, stride = 1, padding = 0, towers = 1 }, { weight, bias }) {
  const [height, width] = [side(x.height, k, stride, padding), side(x.width, k, stride, padding)];
  const [result, inTower] = [maps(kernels, height, width), x.channels / towers];
  for (let kernel = 0; kernel < kernels; kernel++) {
    const first = Math.floor((kernel * towers) / kernels) * inTower; // the first channel that the kernel sees
    for (let row = 0; row < height; row++) for (let col = 0; col < width; col++) {
      let sum = bias ? bias[kernel] : 0;
      for (let c = 0; c < inTower; c++) for (let i = 0; i < k; i++) {
        const from = row * stride - padding + i;
        if (from < 0 || from >= x.height) continue;
        const [pixels, weights] = [((first + c) * x.height + from) * x.width, ((kernel * inTower + c) * k + i) * k];
        for (let j = 0, at = col * stride - padding; j < k; j++, at++) if (at >= 0 && at < x.width) sum += weight[weights + j] * x.values[pixels + at];
      }
      result.values[(kernel * height + row) * width + col] = sum;
    }
  }
  return result;
}

function linear(x, layer, { weight, bias }) {
  const inputs = x.values.length;
  const values = Float64Array.from(bias, (start, unit) => {
    let sum = start;
    for (let i = 0, at = unit * inputs; i < inputs; i++) sum += weight[at++] * x.values[i];
    return sum;
  });
  return maps(values.length, 1, 1, values);
}

// Return a number for every block of `size` x `size` pixels; rows and cols that fill no block are dropped.
function pooled(x, size, start, join) {
  const result = maps(x.channels, Math.floor(x.height / size), Math.floor(x.width / size));
  for (let c = 0, to = 0; c < x.channels; c++) for (let row = 0; row < result.height; row++) for (let col = 0; col < result.width; col++, to++) {
    let kept = start;
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) kept = join(kept, x.values[(c * x.height + row * size + i) * x.width + col * size + j]);
    result.values[to] = kept;
  }
  return result;
}

function localResponseNorm(x, { towers = 1, size = 5, k = 2, alpha = 1e-4, beta = 0.75 }) {
  const [plane, inTower, reach] = [x.height * x.width, x.channels / towers, Math.floor(size / 2)];
  return maps(x.channels, x.height, x.width, x.values.map((value, at) => {
    const [channel, place] = [Math.floor(at / plane), at % plane];
    const first = Math.floor(channel / inTower) * inTower;
    let sum = 0;
    for (let c = Math.max(first, channel - reach); c <= Math.min(first + inTower - 1, channel + reach); c++) sum += x.values[c * plane + place] ** 2;
    return value / (k + alpha * sum) ** beta;
  }));
}

const batchNorm = (x, { epsilon = 1e-5 }, { weight, bias, running_mean: mean, running_var: variance }) =>
  each(x, (value, c) => ((value - mean[c]) / Math.sqrt(variance[c] + epsilon)) * weight[c] + bias[c]);

const sum = (x, layer, parts, outputs) => maps(x.channels, x.height, x.width, x.values.map((value, at) => value + outputs.get(layer.source).values[at]));

const FORWARD = {
  conv, linear, batch_norm: batchNorm, local_response_norm: localResponseNorm, add: sum,
  max_pool: (x, { size }) => pooled(x, size, -Infinity, Math.max),
  average_pool: (x, { size }) => pooled(x, size, 0, (mean, value) => mean + value / size ** 2),
  global_max_pool: (x) => maps(x.channels, 1, 1, Float64Array.from({ length: x.channels }, (_, c) => largest(x, c))),
  relu: (x) => each(x, (value) => (value < 0 ? 0 : value)), // as torch does, not a number stays one
  tanh: (x) => each(x, Math.tanh),
  center: (x, { scale }, { mean }) => each(x, (value, c) => value * scale - mean[c]),
};

// Return the largest value of a channel.
export function largest(x, channel) {
  const plane = x.height * x.width;
  return x.values.subarray(channel * plane, (channel + 1) * plane).reduce((most, value) => (value > most || Number.isNaN(value) ? value : most), -Infinity);
}

// Return why a network cannot be computed here, or "" if it can.
export function refusal(layers) {
  const unknown = layers.find((layer) => !FORWARD[layer.kind]);
  return unknown ? `This page does not compute layers of kind ${unknown.kind}.` : "";
}

// Return the shape of the output of each layer, [channels, height, width], for images of this shape.
export function shapes(layers, [channels, height, width], classes) {
  let shape = [channels, height, width];
  return layers.map(({ kind, kernels, kernel_size: k, stride = 1, padding = 0, size, units }) => {
    if (kind === "conv") shape = [kernels, side(shape[1], k, stride, padding), side(shape[2], k, stride, padding)];
    if (kind === "max_pool" || kind === "average_pool") shape = [shape[0], Math.floor(shape[1] / size), Math.floor(shape[2] / size)];
    if (kind === "global_max_pool") shape = [shape[0], 1, 1];
    if (kind === "linear") shape = [units ?? classes, 1, 1];
    return shape;
  });
}

// Return the outputs of all layers for an image {channels, height, width, values from 0 to 1}, in the order of the layers.
// weights: Map of layer -> its parameters by name, as of `weightsOf`.
export function forward(layers, weights, image) {
  const outputs = new Map();
  let x = image;
  layers.forEach((layer, number) => {
    x = FORWARD[layer.kind](x, layer, weights.get(layer.name) ?? {}, outputs);
    outputs.set(named(layer, number), x);
  });
  return [...outputs.values()];
}

// Return the weights in a payload of network_payload.py, layer -> {parameter: numbers}; matrices of bytes become numbers.
export function weightsOf({ json, arrays }) {
  const weights = new Map();
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    if (name.includes("/")) continue; // the units of bytes
    const dot = name.lastIndexOf(".");
    const [layer, part] = [name.slice(0, dot), name.slice(dot + 1)];
    const units = json.bytes.includes(name) && arrays[`${name}/unit`].data;
    const columns = shape[1] ?? 1;
    const values = units ? Float32Array.from(data, (byte, at) => (byte - 128) * units[Math.floor(at / columns)]) : data;
    weights.set(layer, { ...weights.get(layer), [part]: values });
  }
  return weights;
}

// Return the softmax of numbers.
export function softmax(values) {
  const most = Math.max(...values);
  const powers = Array.from(values, (value) => Math.exp(value - most));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}
