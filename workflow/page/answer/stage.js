// Rows of small kernels that one slider moves; each kernel is drawn as soon as its run is unpacked. A row has a single
// canvas, because a browser composes each canvas in every frame.

import { runBlock, seedName } from "../data.js";
import { address, h, idle, onArrow } from "../dom.js";
import { Bank } from "../kernels.js";
import { asURL, onCanvas, paste } from "../raster.js";
import { makeScreen } from "../screen.js";
import { look } from "../style.js";

const GAP = 4; // pixels between the kernels of a row, as in answer.css

// Return a stage for kernels of one dataset: row(...) and still(...) make kernels, load() unpacks their runs, draw(step) moves all.
export function makeStage(dataset) {
  const [rows, stills] = [new Map(), []]; // canvas -> row
  const banks = new Map(); // arch, seed, layer -> promise of the bank, null if the page does not have the run
  const screen = makeScreen();
  let now = Infinity;
  const resized = new ResizeObserver((entries) => entries.forEach(({ target, contentRect }) => {
    fit(rows.get(target), contentRect.width);
    paintRow(rows.get(target), now);
  }));

  function bank(arch, seed, layer) {
    const key = JSON.stringify([arch, seed, layer]);
    if (!banks.has(key)) banks.set(key, runBlock(dataset, arch, seed).then((run) => (run?.json.layers[layer] ? new Bank(run, layer) : null)));
    return banks.get(key);
  }

  // Return {nodes: links to kernels, canvas: their picture}. places: null where there is none; linked: false if nothing leads to them.
  function row(places, { linked = true, columns = places.length } = {}) {
    const canvas = h("canvas", { class: "row", width: 0, height: 0, "aria-hidden": "true" });
    const made = { canvas, columns, width: 0, on: null, kernels: places.map((place) => place && kernelAt(place)) };
    rows.set(canvas, made);
    screen.add(canvas, () => paintRow(made, now));
    resized.observe(canvas);
    return { canvas, columns, nodes: places.map((place) => place && cell(place, linked)) };
  }

  function cell([arch, seed, layer, kernel], linked) {
    const name = `${seedName(dataset, seed)}, kernel ${kernel}`;
    return linked ? h("a", { class: "cell", href: address([dataset, arch, seed, layer, kernel]), title: name, "aria-label": name }) : h("span", { class: "cell" });
  }

  // Return a kernel at a fixed step as an image, which no frame composes.
  function still(place, step) {
    const image = h("img", { class: "cell", alt: "" });
    stills.push({ kernel: kernelAt(place), step, image });
    return image;
  }

  async function load() {
    const kernels = [...rows.values()].flatMap((one) => one.kernels).concat(stills.map(({ kernel }) => kernel));
    await Promise.all(kernels.map(async (one) => { if (one) one.bank ??= await bank(...one.place); }));
    fitAll(({ canvas }) => canvas.checkVisibility()); // others, such as folded ones, when they are shown
    draw(now);
    for (const of of await Promise.all(banks.values())) idle(() => of?.slice("kernels", 0)); // decodes all snapshots, before the slider moves
  }

  function fitAll(isWanted) {
    const wanted = [...rows.values()].filter(isWanted);
    const widths = wanted.map(({ canvas }) => canvas.getBoundingClientRect().width); // all before any changes
    wanted.forEach((one, i) => fit(one, widths[i]));
  }

  function draw(step) {
    now = step;
    screen.paint();
    for (const { kernel, step: fixed, image } of stills) if (kernel.bank && isChanged(kernel, fixed, { ...look })) image.src = asURL(kernel.picture);
  }
  printed = () => {
    fitAll(() => true);
    rows.forEach((one) => paintRow(one, now));
  };
  return { row, still, load, draw };
}

let printed = () => {}; // paints what the view on display has folded, too
addEventListener("beforeprint", () => printed());

// Return a kernel of a row, whose bank and picture are not known yet.
const kernelAt = (place) => ({ place, bank: null, picture: null, drawn: "" });

// Give the canvas of a row as many pixels as the screen has there.
function fit(row, width) {
  if (!(width > 0) || row.width === width) return;
  const [side, gap] = [(width + GAP) / row.columns - GAP, GAP].map((length) => Math.max(1, Math.round(length * window.devicePixelRatio)));
  row.canvas.width = row.columns * (side + gap) - gap;
  row.canvas.height = Math.ceil(row.kernels.length / row.columns) * (side + gap) - gap;
  Object.assign(row, { width, side, pitch: side + gap, on: onCanvas(row.canvas) });
  for (const kernel of row.kernels) if (kernel) kernel.drawn = "";
}

// Paint those kernels of a row that show something else by now.
function paintRow({ on, kernels, columns, side, pitch }, step) {
  const style = { ...look };
  let isNew = false;
  kernels.forEach((kernel, i) => {
    if (!on || !kernel?.bank || !isChanged(kernel, step, style)) return;
    paste(on, Math.floor(i / columns) * pitch, (i % columns) * pitch, side, kernel.picture);
    isNew = true;
  });
  if (isNew) on.show();
}

// Draw a kernel, one pixel for each weight, if it shows something else by now; return whether it does.
function isChanged(one, step, style) {
  const { bank, place: [, , , kernel] } = one;
  const t = bank.shows(style.mode, step) ? bank.at(step) : null;
  const drawn = `${t} ${style.name}`;
  if (one.drawn === drawn) return false;
  one.drawn = drawn;
  style.limit = bank.limits[style.mode]; // the scale of its run and layer
  const { width, height } = bank;
  one.picture ??= { width, height, pixels: new Uint32Array(width * height) };
  one.picture.pixels.fill(0);
  if (t !== null) bank.draw(one.picture, 0, 0, t, kernel, style);
  return true;
}

// Return the span that holds a row, several lines of it if it has fewer columns than kernels.
export const minis = ({ canvas, nodes, columns }, attributes = {}) => h("span", { class: "minis", style: `--columns: ${columns}`, ...attributes }, canvas, nodes);

// Return a row as one stop of the tab key; the arrow keys move within it.
export function roving(name, row) {
  const { nodes, columns } = row;
  nodes.forEach((node, i) => node.setAttribute("tabindex", i ? -1 : 0));
  const group = minis(row, { role: "group", "aria-label": name, "data-keys": true });
  onArrow(group, (down, right) => {
    const at = nodes.indexOf(document.activeElement);
    const to = down ? nodes[at + down * columns] : nodes[(at + right + nodes.length) % nodes.length];
    if (!to) return false;
    to.focus();
    return true;
  });
  return group;
}
