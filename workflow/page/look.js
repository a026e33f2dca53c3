// How kernels are drawn, the same in every view.

import { COLOR_MAPS } from "./color.js";
import { OVERVIEW, PUBLISHED } from "./data.js";
import { choice } from "./dom.js";

export const look = {
  mode: "kernels",
  own: Boolean(PUBLISHED), // snapshots of published kernels may each have a scale of their own
  map: OVERVIEW.color_map,
  limit: 1,
  get colors() {
    return COLOR_MAPS[this.map];
  },
};

// The look of small pictures: kernels as they are, each on its own scale.
export const ownScale = () => ({ ...look, mode: "kernels", own: true });

function set(key, value, changed) {
  look[key] = value;
  changed();
}

// Buttons for kernels or their change; `changed` draws again.
export const modeChoice = (changed) =>
  choice("What is drawn", [["kernels", "Kernels"], ["change", "Change"]], look.mode, (mode) => set("mode", mode, changed));

// The same with buttons for scale and colors.
export function lookChoices(changed) {
  const maps = Object.keys(COLOR_MAPS).map((name) => [name, name === "gray" ? "grey" : "colour"]);
  return [
    modeChoice(changed),
    choice("Scale", [[false, "One scale"], [true, "Each its own"]], look.own, (own) => set("own", own, changed)),
    choice("Colours", maps, look.map, (map) => set("map", map, changed)),
  ];
}
