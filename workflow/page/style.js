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

// Return the style of small images: weights instead of changes, each kernel on its own scale.
export const ownScale = () => ({ ...look, mode: "kernels", own: true });

function set(key, value, changed) {
  keep(key, value);
  changed();
}

// Return buttons for kernels or their change; `changed` redraws.
const modeChoice = (changed) =>
  choice("What is drawn", [["kernels", "Kernels"], ["change", PRETRAINED ? "Change (estimate)" : "Change (without the random start)"]], look.mode, (mode) => set("mode", mode, changed));

// Return buttons for kernels or their change, scale and colors; `changed` redraws.
export function lookChoices(changed) {
  const maps = Object.keys(COLOR_MAPS).map((name) => [name, name === "gray" ? "Gray" : "Color"]);
  return [
    modeChoice(changed),
    choice("Scale", [[false, "Scale: shared"], [true, "per kernel"]], look.own, (own) => set("scale", own ? "own" : "shared", changed)),
    choice("Colors", maps, look.map, (map) => set("colors", map, changed)),
  ];
}
