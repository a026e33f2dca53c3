// A sheet of kernels: seeds as rows, kernels that belong together as columns, in lines as wide as the window.

import { address, h, onArrow } from "../dom.js";
import { fixed, label } from "../format.js";
import { pixelUnder, raster } from "../raster.js";
import { makeScreen } from "../screen.js";
import { look } from "../style.js";

const [PHONE, NARROW] = [500, 700]; // pixels of width
const [ON_PHONE, PER_LINE] = [4, 16]; // most kernels in a line
const LARGEST = 160; // pixels of a kernel
const NAMES = 118; // pixels of the column of seeds
const WIDE_ENOUGH = 52; // pixels of a kernel with room for its name

// Return how kernels fit: {perLine, factor}. pitch: weights from one kernel to the next; least: screen pixels of a weight.
export function layout(width, pitch, count, least) {
  const room = width - (width < NARROW ? 0 : NAMES);
  const most = Math.min(count, width < PHONE ? ON_PHONE : PER_LINE, Math.max(1, Math.floor(room / (pitch * least))));
  const perLine = Math.ceil(count / Math.ceil(count / most));
  const fitting = Math.floor(room / (perLine * pitch));
  return { perLine, factor: Math.max(1, Math.min(fitting, Math.max(least, Math.floor(LARGEST / pitch)))) };
}

// Return {node, draw(step), tell}. rows: [{seed, head(isFirst): what is beside the kernels, bank, path(kernel)}]; columns: as of columnsOf; least: as of layout.
export function sheet({ rows, columns, least, isMatched }) {
  const node = h("div", { class: "sheet", "data-keys": true });
  const readout = h("div", { class: "readout", "aria-live": "polite" }, " ");
  const { pitch, width: wide } = rows[0].bank;
  const groups = [columns.filter(({ seeds }) => seeds > 0), columns.filter(({ seeds }) => seeds === 0)];
  let [drawn, step, screen, fit, move] = ["", Infinity, null, null, null];
  const tell = (text) => { readout.textContent = text; };
  function arrange(width) {
    fit = layout(width, pitch, (groups[0].length ? groups[0] : groups[1]).length, least);
    const wanted = `${fit.perLine} ${fit.factor} ${width < NARROW}`;
    if (wanted === drawn) return;
    drawn = wanted;
    screen = makeScreen();
    const lines = [];
    for (const group of groups) {
      if (group === groups[1] && group.length && isMatched) lines.push(h("h2", {}, "Kernels without a match"));
      for (let at = 0; at < group.length; at += fit.perLine) lines.push(line(group.slice(at, at + fit.perLine), width < NARROW, !lines.length));
    }
    node.replaceChildren(...lines);
    const cells = rows.map((_, row) => [...node.querySelectorAll(`a[data-row="${row}"]`)]);
    move = roving(cells);
    screen.paint();
  }
  function line(part, isNarrow, isFirst) {
    const grid = `grid-template-columns: repeat(${part.length}, ${pitch * fit.factor}px); --gap: ${(pitch - wide) * fit.factor}px`;
    const isNamed = pitch * fit.factor >= WIDE_ENOUGH && part.some((column) => column.name);
    const names = isNamed && [!isNarrow && h("span"), h("div", { class: "heads", style: grid }, part.map((column) => h("span", {}, column.name)))];
    const values = part[0].seeds > 0 && [h("span", { class: "head faint" }, "lowest similarity", h("small", {}, "seeds with a match")), h("div", { class: "values", style: grid }, part.map(value))];
    const strips = rows.map((row, i) => {
      if (part.every(({ kernels }) => kernels[i] === undefined)) return part[0].seeds > 0 && [h("div", { class: "head" }, row.head(isFirst)), h("div", { class: "faint" }, "no match")];
      const made = strip(row, i, part, fit.factor, tell);
      screen.add(made.node, () => made.draw(step));
      return [h("div", { class: "head" }, row.head(isFirst)), h("div", {}, made.node, numbers(row, i, part, grid))];
    });
    return h("div", { class: "line" }, names, strips, values);
  }
  new ResizeObserver(([entry]) => { if (entry.contentRect.width > 0) arrange(entry.contentRect.width); }).observe(node);
  arrange(Math.min(1460, innerWidth - 40));
  onArrow(node, (down, right) => move(down, right));
  return { node: h("div", {}, node, readout), draw(at) { step = at; screen.paint(); }, get layout() { return fit; } };
}

// Return the lowest similarity of a column: gray and without a tick if chance does as well, or if a seed has no match.
function value({ similarity, isBeyond, seeds, kernels }) {
  const words = `${fixed(similarity)}${isBeyond ? " ✓" : ""}`;
  return h("span", { class: isBeyond ? null : "faint" }, words, h("small", {}, `${seeds} of ${kernels.length - 1}`));
}

const numbers = (row, i, part, grid) => h("div", { class: "numbers", style: grid, "aria-hidden": "true" }, part.map(({ kernels }) => h("span", {}, kernels[i] ?? "")));

// Return a seed's kernels in one line: a canvas, and over each kernel a link to its own view.
function strip({ seed, bank, path }, row, columns, factor, tell) {
  const kernels = columns.map((column) => column.kernels[row]);
  const on = raster(kernels.length * bank.pitch, bank.height, { class: "kernels", "aria-hidden": "true" });
  on.canvas.setAttribute("style", `width: ${on.width * factor}px; height: ${on.height * factor}px`);
  let [t, drawn] = [bank.count - 1, ""];
  const describe = (kernel, column) => `kernel ${kernel} of seed ${seed}${bank.dead.has(kernel) ? ", dead" : ""}${column.similarity === null ? "" : `, lowest similarity of its matches ${fixed(column.similarity)}`}`;
  const links = kernels.map((kernel, i) => kernel !== undefined && h("a", {
    href: address(path(kernel)), tabindex: -1, "data-row": row, "aria-label": describe(kernel, columns[i]),
    style: `left: ${i * bank.pitch * factor}px; width: ${bank.width * factor}px; height: ${bank.height * factor}px`,
    onfocus: () => tell(`${describe(kernel, columns[i])}; largest weight ±${label(bank.largest(look.mode, t, kernel), 3)}`),
  }, bank.dead.has(kernel) && h("span", { class: "hatch" })));
  const node = h("div", { class: "strip", style: `width: ${on.width * factor}px; height: ${on.height * factor}px` }, on.canvas, links);
  for (const kind of ["pointermove", "pointerdown"]) node.addEventListener(kind, (event) => {
    const [y, x] = pixelUnder(on, event);
    const kernel = kernels[Math.floor(x / bank.pitch)];
    const weight = kernel === undefined ? null : bank.weightAt(y, x % bank.pitch);
    tell(weight ? `kernel ${kernel} of seed ${seed}, ${bank.told(t, kernel, weight, 4)}` : " ");
  });
  node.addEventListener("pointerleave", () => tell(" "));
  return {
    node,
    draw(step) {
      const style = { ...look, limit: bank.limits[look.mode] };
      t = bank.drawable(style.mode, bank.at(step));
      const isEmpty = !bank.shows(style.mode, step);
      if (drawn === `${t} ${isEmpty} ${style.name}`) return;
      drawn = `${t} ${isEmpty} ${style.name}`;
      on.pixels.fill(0);
      if (!isEmpty) kernels.forEach((kernel, i) => kernel !== undefined && bank.draw(on, 0, i * bank.pitch, t, kernel, style));
      on.show();
    },
  };
}

// Make the kernels one stop of the tab key; return move(down, right), which moves within it.
function roving(cells) {
  let [row, col] = [0, 0];
  cells.flat()[0]?.setAttribute("tabindex", 0);
  const current = () => cells[row][Math.min(col, cells[row].length - 1)];
  cells.forEach((line, r) => line.forEach((cell, c) => cell.addEventListener("focus", () => {
    current().tabIndex = -1;
    [row, col] = [r, c];
    cell.tabIndex = 0;
  })));
  return (down, right) => {
    const to = cells[Math.max(0, Math.min(cells.length - 1, row + down))];
    to[Math.max(0, Math.min(to.length - 1, col + right))]?.focus();
  };
}
