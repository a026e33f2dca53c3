// The style in which all views draw kernels.

import { COLOR_MAPS } from "./color.js";
import { OVERVIEW, PRETRAINED } from "./data.js";
import { choice } from "./dom.js";
import { keep, kept } from "./state.js";

// mode: kernels or change. own: each kernel on its own scale; snapshots of pretrained kernels may have different ones. map: a color map.
export const look = {
  limit: 1,
  get mode() {
    return kept("mode") === "change" ? "change" : "kernels";
  },
  get own() {
    return kept("scale") === null ? Boolean(PRETRAINED) : kept("scale") === "own";
  },
  get map() {
    return Object.keys(COLOR_MAPS).includes(kept("colors")) ? kept("colors") : OVERVIEW.colormap;
  },
  get colors() {
    return COLOR_MAPS[this.map];
  },
  get name() {
    return `${this.mode} ${this.own} ${this.map}`; // the same for styles that draw a kernel of a layer alike
  },
};

// Return the colors of the scale of a bank; kernels in color have this scale for each of red, green and blue.
export const scaleColors = ({ isColored }) => (isColored ? COLOR_MAPS.gray : look.colors);

// Return what the colors of kernels mean.
export const colorWords = (isColored) => (isColored ? "Kernels in the colors that they respond to; gray: no weight." : "Red: bright pixels speak for the kernel; blue: against it.");

// Return the style of small images: weights instead of changes, each kernel on its own scale.
export const ownScale = () => ({ ...look, mode: "kernels", own: true });

function set(key, value, changed) {
  keep(key, value);
  changed();
}

// Return buttons for kernels or their change; `changed` redraws.
const modeChoice = (changed) =>
  choice("What is drawn", [["kernels", "Kernels"], ["change", PRETRAINED ? "Change (estimate)" : "Change (without the random start)"]], look.mode, (mode) => set("mode", mode, changed));

// Return buttons for kernels or their change, scale and, unless kernels are in color, a color map; `changed` redraws.
export function lookChoices(changed, isColored = false) {
  const maps = Object.keys(COLOR_MAPS).map((name) => [name, name === "gray" ? "Gray" : "Color"]);
  return [
    modeChoice(changed),
    choice("Scale", [[false, "Scale: shared"], [true, "per kernel"]], look.own, (own) => set("scale", own ? "own" : "shared", changed)),
    !isColored && choice("Colors", maps, look.map, (map) => set("colors", map, changed)),
  ];
}
