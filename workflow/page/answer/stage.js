// Small kernels that one slider moves; each is drawn as soon as its run is unpacked.

import { NOT_FINITE, rgba } from "../color.js";
import { OVERVIEW, convLayers, runBlock, seedName } from "../data.js";
import { address, h, idle } from "../dom.js";
import { Bank } from "../kernels.js";
import { raster } from "../raster.js";
import { look } from "../style.js";

const RGB = 3; // channels of color images
const REST = 200; // milliseconds after the last move, when kernels outside of the window follow

// Return a stage for kernels of one dataset: cell(...) makes a kernel's node, load() unpacks the runs, draw(step) moves all.
export function makeStage(dataset) {
  const cells = new Map(); // node -> cell
  const banks = new Map(); // arch, seed, layer -> promise of the bank, null if the page does not have the run
  let [now, timer] = [Infinity, 0];
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      cells.get(target).isSeen = isIntersecting;
      target.classList.toggle("away", !isIntersecting);
    }
    paint((one) => one.isSeen);
  });

  function bank(arch, seed, layer) {
    const key = JSON.stringify([arch, seed, layer]);
    if (!banks.has(key)) banks.set(key, runBlock(dataset, arch, seed).then((run) => (run?.json.layers[layer] ? new Bank(run, layer) : null)));
    return banks.get(key);
  }

  // Return a link to a kernel that shows it. step: a fixed step; without one, the kernel follows the slider.
  function cell(place, { step = null, words = null, linked = true } = {}) {
    const [arch, seed, layer, kernel] = place;
    const name = words ?? `${seedName(dataset, seed)}, kernel ${kernel}`;
    const attributes = linked ? { href: address([dataset, arch, seed, layer, kernel]), title: name, "aria-label": name } : {};
    const node = h(linked ? "a" : "span", { class: "cell", ...attributes });
    cells.set(node, { place, step, node, on: null, bank: null, drawn: "", isSeen: true });
    watch.observe(node);
    return node;
  }

  async function load() {
    await Promise.all([...cells.values()].filter((one) => !one.on).map(async (one) => {
      const [arch, seed, layer] = one.place;
      one.bank = await bank(arch, seed, layer);
      if (!one.bank || one.on) return;
      one.inColor = inColor(dataset, arch, layer) && one.bank.channels === RGB;
      one.on = raster(...(one.inColor ? [one.bank.k, one.bank.k] : [one.bank.width, one.bank.height]), { role: null, "aria-hidden": "true" });
      one.node.replaceChildren(one.on.canvas);
    }));
    draw(now);
    for (const of of await Promise.all(banks.values())) idle(() => of?.slice("kernels", 0)); // decodes all snapshots, before the slider moves
  }

  function draw(step) {
    now = step;
    paint((one) => one.isSeen);
    clearTimeout(timer);
    timer = setTimeout(() => paint(() => true), REST);
  }

  // Paint those of the wanted cells that show something else by now.
  function paint(wanted) {
    const style = { ...look };
    for (const one of cells.values()) if (one.on && wanted(one)) paintCell(one, one.step ?? now, style);
  }
  return { cell, load, draw, bank };
}

function paintCell(one, step, style) {
  const { place: [, , , kernel], on, bank } = one;
  const t = bank.shows(style.mode, step) ? bank.at(step) : null;
  const drawn = `${t} ${style.name}`;
  if (one.drawn === drawn) return;
  one.drawn = drawn;
  style.limit = bank.limits[style.mode]; // the scale of its run and layer
  on.pixels.fill(0);
  if (t !== null && one.inColor) drawInColor(on, bank, t, kernel, style);
  else if (t !== null) bank.draw(on, 0, 0, t, kernel, style);
  on.show();
}

// Whether the kernels of a layer see color images.
export const inColor = (dataset, arch, layer) => OVERVIEW.datasets[dataset].channels === RGB && layer === convLayers(arch)[0];

// Draw a kernel of color images as one of them: gray for no weight, and the more of a color, the larger its weight.
function drawInColor({ pixels }, bank, t, kernel, { mode, own, limit }) {
  const [values, plane, from] = [bank.slice(mode, t), bank.k ** 2, kernel * bank.size];
  const most = (own ? bank.largest(mode, t, kernel) : limit) || 1;
  for (let i = 0; i < plane; i++) {
    const weights = [0, 1, 2].map((channel) => values[from + channel * plane + i]);
    pixels[i] = weights.every(Number.isFinite) ? rgba(...weights.map((weight) => Math.round(127.5 * (1 + Math.max(-1, Math.min(1, weight / most)))))) : NOT_FINITE;
  }
}

// Return nodes as one stop of the tab key; the arrow keys move between them.
export function roving(name, nodes) {
  nodes.forEach((node, i) => node.setAttribute("tabindex", i ? -1 : 0));
  const move = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = nodes.indexOf(document.activeElement);
    if (!by || at < 0) return;
    event.preventDefault();
    nodes[(at + by + nodes.length) % nodes.length].focus();
  };
  return h("span", { class: "minis", role: "group", "aria-label": name, "data-keys": true, onkeydown: move }, nodes);
}
