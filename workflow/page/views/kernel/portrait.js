// One kernel with large pixels, and a filmstrip of how it emerged.

import { h, onArrow } from "../../dom.js";
import { look } from "../../style.js";
import { currentPlayer } from "../../player.js";
import { enlarge, onPoint, pixelUnder, raster } from "../../raster.js";

const SIDE = 270; // screen pixels
const FRAMES = 6;

// Return one kernel whose weights the pointer and the arrow keys show: {node, draw(t)}.
export function magnified(bank, kernel) {
  const on = raster(bank.width, bank.height, { tabindex: 0, "data-keys": true, class: "portrait", "aria-label": `Kernel ${kernel}: arrow keys move over its weights` });
  enlarge(on.canvas, Math.max(1, Math.floor(SIDE / Math.max(bank.width, bank.height))));
  const readout = h("div", { class: "readout", "aria-live": "polite" }, "Point at a weight for its value.");
  let [snapshot, row, col] = [bank.count - 1, -1, 0];
  const tell = () => {
    const weight = bank.weightAt(row, col);
    readout.textContent = weight ? bank.told(snapshot, kernel, weight, 5) : " ";
  };
  onPoint(on, (event) => {
    [row, col] = pixelUnder(on, event);
    tell();
  });
  onArrow(on.canvas, (down, right) => {
    row = Math.max(0, Math.min(on.height - 1, row + down));
    col = Math.max(0, Math.min(on.width - 1, col + right));
    tell();
  });
  return {
    node: h("div", {}, on.canvas, readout),
    draw(t) {
      snapshot = t;
      bank.draw(on, 0, 0, t, kernel, look);
      on.show();
      if (row >= 0) tell();
    },
  };
}

// Return some snapshots of a kernel, as buttons that move the slider there: {node, draw(t)}; null if there are only two.
export function filmstrip(bank, kernel) {
  if (bank.count < 3) return null;
  const count = Math.min(FRAMES, bank.count);
  const places = Array.from({ length: count }, (_, i) => Math.round((i * (bank.count - 1)) / (count - 1)));
  let drawn = ""; // the style of the frames, which change with nothing else
  const frames = places.map((t) => {
    const on = raster(bank.width, bank.height, { "aria-hidden": "true" });
    const button = h("button", { type: "button", "aria-label": bank.when(t), onclick: () => currentPlayer().go(t) }, enlarge(on.canvas, Math.max(1, Math.floor(42 / bank.width))), h("span", {}, bank.steps[t] || (bank.untrained ? "start" : bank.steps[t])));
    return { t, on, button };
  });
  return {
    node: h("div", { class: "filmstrip", role: "group", "aria-label": "Some steps of the training" }, frames.map(({ button }) => button)),
    draw(now) {
      const nearest = places.reduce((best, t) => (Math.abs(t - now) < Math.abs(best - now) ? t : best));
      for (const { t, button } of frames) button.classList.toggle("now", t === nearest);
      if (drawn === look.name) return;
      drawn = look.name;
      for (const { t, on } of frames) {
        bank.draw(on, 0, 0, t, kernel, look);
        on.show();
      }
    },
  };
}
