// What a kernel of the first conv layer computes at every place of an image.

// Whether a conv layer's response is the unpadded correlation of kernel and image, plus a bias.
export function isComputable(layers, name) {
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
  const range = Array.from(means, (mean) => [-mean, 255 * scale - mean]); // of the values of each channel
  return { height, width, channels, range, values: Float64Array.from(data.arrays.images.data.subarray(number * size, (number + 1) * size), (byte, at) => byte * scale - means[at % channels]) };
}

// Return the bias of a kernel at snapshot t, or null: only the last state of biases is kept.
export function biasAt(run, bank, layer, kernel, t) {
  return t === bank.count - 1 ? run.arrays[`bias/${layer}`]?.data[kernel] ?? 0 : null;
}

// Return the weights of a kernel at snapshot t.
export const weightsOf = (bank, t, kernel) => bank.slice("kernels", t).subarray(kernel * bank.size, (kernel + 1) * bank.size);

// Return the product of kernel and image, weight by weight, with the kernel of snapshot t at (row, col) of the feature map.
export function products(input, bank, t, kernel, stride, row, col) {
  const weights = weightsOf(bank, t, kernel);
  const weighted = new Float64Array(bank.size);
  for (let c = 0, at = 0; c < bank.channels; c++) for (let i = 0; i < bank.k; i++) for (let j = 0; j < bank.k; j++, at++) {
    weighted[at] = weights[at] * input.values[((row * stride + i) * input.width + col * stride + j) * input.channels + c];
  }
  return weighted;
}

export const total = (values) => values.reduce((sum, value) => sum + value, 0);

// Return the largest response that any image could cause, without the bias: each pixel black or white, as the weight wants it.
export function largestPossible(input, bank, t, kernel) {
  const plane = bank.k * bank.k;
  const most = (weight, at) => Math.max(...input.range[Math.floor(at / plane)].map((value) => weight * value));
  return weightsOf(bank, t, kernel).reduce((sum, weight, at) => sum + most(weight, at), 0);
}

// Return the feature map of a kernel at snapshot t, including its bias: {height, width, values}.
export function featureMap(input, bank, t, kernel, bias, stride) {
  const [height, width] = [input.height, input.width].map((side) => Math.floor((side - bank.k) / stride) + 1);
  const [values, weights] = [new Float64Array(height * width), weightsOf(bank, t, kernel)];
  for (let row = 0; row < height; row++) for (let col = 0; col < width; col++) {
    let sum = bias;
    for (let c = 0, at = 0; c < bank.channels; c++) for (let i = 0; i < bank.k; i++) {
      let pixel = ((row * stride + i) * input.width + col * stride) * input.channels + c;
      for (let j = 0; j < bank.k; j++, at++, pixel += input.channels) sum += weights[at] * input.values[pixel];
    }
    values[row * width + col] = sum;
  }
  return { height, width, values };
}
