// Any picture as an image of a dataset: of its size and channels, as bytes.

import { h } from "./dom.js";

const WEIGHTS = [0.299, 0.587, 0.114]; // of red, green and blue in gray, as the workflow reads images

// Return bytes (height, width, channels) of a picture in a file, fitted whole into the size with black at its sides.
// channels: 3 for color, and any other number for gray in each. inverted: whether light and dark are swapped.
export async function pixelsOf(file, { height, width, channels }, inverted) {
  const url = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    return bytesOf(drawn(picture, height, width), channels, inverted);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function drawn(picture, height, width) {
  const context = h("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
  const scale = Math.min(width / picture.naturalWidth, height / picture.naturalHeight);
  const [w, tall] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, (width - w) / 2, (height - tall) / 2, w, tall);
  return context.getImageData(0, 0, width, height).data;
}

function bytesOf(rgba, channels, inverted) {
  const flip = (value) => (inverted ? 255 - value : value);
  return Uint8Array.from({ length: (rgba.length / 4) * channels }, (_, i) => {
    const at = Math.floor(i / channels) * 4;
    return flip(channels === 3 ? rgba[at + (i % 3)] : Math.round(WEIGHTS.reduce((sum, weight, part) => sum + weight * rgba[at + part], 0)));
  });
}

// Return bytes (height, width, channels) as the input of a network: {channels, height, width, values from 0 to 1}, channel by channel.
export function asInput(bytes, { height, width, channels }) {
  const plane = height * width;
  return { channels, height, width, values: Float64Array.from({ length: plane * channels }, (_, at) => bytes[(at % plane) * channels + Math.floor(at / plane)] / 255) };
}
