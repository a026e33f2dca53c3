// Weights, pixels or products as squares, with their numbers inside where the squares are large enough.

import { color, gray } from "../../color.js";
import { h } from "../../dom.js";
import { fixed } from "../../format.js";
import { planesOf } from "../../kernels.js";
import { look } from "../../style.js";

const SIDE = 400; // canvas pixels, twice those of the screen
const LEGIBLE = 9; // rows of a kernel whose numbers can be read

// Return {canvas, draw(values, limit)} for the weights of one kernel of a bank. limit: a number for the colors of weights, or [black, white].
export function cellSheet(bank, name) {
  const { side, width, height } = planesOf(bank.channels, bank.k);
  const cell = Math.max(1, Math.floor(SIDE / width));
  const canvas = h("canvas", { width: cell * width, height: cell * height, class: "cells", role: "img", "aria-label": name });
  const context = canvas.getContext("2d");
  const hasNumbers = width <= LEGIBLE;
  const plane = bank.k * bank.k;
  return {
    canvas,
    draw(values, limit) {
      const { colors } = look;
      for (let at = 0; at < bank.size; at++) {
        const [channel, row, col] = [Math.floor(at / plane), Math.floor((at % plane) / bank.k), at % bank.k];
        const [top, left] = [Math.floor(channel / side) * (bank.k + 1) + row, (channel % side) * (bank.k + 1) + col];
        const pixel = Array.isArray(limit) ? gray((values[at] - limit[0]) / (limit[1] - limit[0])) : color(values[at], limit, colors);
        const [red, green, blue] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
        context.fillStyle = `rgb(${red} ${green} ${blue})`;
        context.fillRect(left * cell, top * cell, cell, cell);
        if (hasNumbers) write(values[at], left, top, 0.3 * red + 0.59 * green + 0.11 * blue > 140 ? "#1b1f24" : "#ffffff");
      }
    },
  };

  function write(value, left, top, ink) {
    context.fillStyle = ink;
    context.font = `${Math.floor(cell * 0.36)}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(short(value), (left + 0.5) * cell, (top + 0.5) * cell);
  }
}

// Return a number with two digits behind the point, without a leading zero: .31, −1.2
const short = (value) => (Math.abs(value) < 0.005 ? "0" : fixed(value, Math.abs(value) < 1 ? 2 : 1).replace("0.", "."));
