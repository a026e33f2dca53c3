// A figure with its title, explanation, source of numbers and downloads.

import { OVERVIEW } from "./data.js";
import { SVG, h, s, scrolling } from "./dom.js";

let figures = 0;

// Return a figure. node: an svg or canvas, or an element that contains some; numbers(): {columns, rows} for the CSV; path: the files behind it.
export function figure({ title, explain, path, node, numbers: rows }) {
  const name = `kernelscope-${slug(title)}`;
  const id = `figure-${figures++}`;
  const buttons = [
    h("button", { type: "button", onclick: () => savePng(node, name) }, "PNG"),
    h("button", { type: "button", onclick: () => saveSvg(node, name) }, "SVG"),
    rows && h("button", { type: "button", onclick: () => save(`${name}.csv`, "text/csv", csv(rows())) }, "CSV"),
  ];
  buttons.forEach((button) => button && button.setAttribute("aria-label", `Download “${title}” as ${button.textContent}`));
  const caption = h("figcaption", { id }, h("span", { class: "title" }, title), explain && h("p", {}, explain));
  const source = path && h("p", {}, "From ", h("code", {}, `${OVERVIEW.results}/${path}`));
  const tools = h("details", { class: "menu" }, h("summary", { "aria-label": `Numbers and pictures of “${title}”`, title: "Numbers and pictures" }, "⋯"), h("div", {}, source, h("div", { class: "tools" }, buttons)));
  return h("figure", { "aria-labelledby": id }, tools, caption, scrolling(title, node));
}

const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");

function save(name, kind, content) {
  const url = URL.createObjectURL(new Blob([content], { type: kind }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function csv({ columns, rows }) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(cell).join(",") + "\n").join("");
}

const leaves = (node) => (node.matches("svg, canvas") ? [node] : [...node.querySelectorAll("svg, canvas")]);

// Return all drawings of a node as one SVG, placed as on the screen.
function drawing(node) {
  const frame = node.getBoundingClientRect();
  const [width, height] = [Math.ceil(Math.max(node.scrollWidth || 0, frame.width)), Math.ceil(frame.height)];
  const page = s("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "sans-serif", "font-size": 12 });
  page.append(s("rect", { width, height, fill: getComputedStyle(document.body).backgroundColor }));
  for (const leaf of leaves(node)) {
    const box = leaf.getBoundingClientRect();
    const place = { x: box.left - frame.left, y: box.top - frame.top, width: box.width, height: box.height };
    if (leaf.tagName === "CANVAS") {
      page.append(s("image", { ...place, href: leaf.toDataURL(), style: "image-rendering: pixelated", preserveAspectRatio: "none" }));
    } else {
      const copy = styled(leaf);
      for (const [key, value] of Object.entries(place)) copy.setAttribute(key, value);
      page.append(copy);
    }
  }
  for (const words of node.querySelectorAll(".label")) {
    const box = words.getBoundingClientRect();
    page.append(s("text", { x: box.left - frame.left, y: box.bottom - frame.top - 5, fill: getComputedStyle(words).color, "font-size": 13 }, words.textContent));
  }
  return page;
}

// Return a copy of an SVG with inline colors, because a download has no stylesheet.
function styled(element) {
  const copy = element.cloneNode(true);
  const [from, to] = [[element, ...element.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
  from.forEach((original, i) => {
    const style = getComputedStyle(original);
    for (const key of ["fill", "stroke", "stroke-width", "font-size", "font-weight"]) to[i].setAttribute(key, style.getPropertyValue(key));
    to[i].removeAttribute("class");
  });
  return copy;
}

const written = (node) => new XMLSerializer().serializeToString(drawing(node));

function saveSvg(node, name) {
  save(`${name}.svg`, "image/svg+xml", written(node));
}

// Save a PNG twice as large as on the screen, for slides.
async function savePng(node, name, factor = 2) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written(node))}`;
  await picture.decode();
  const canvas = h("canvas", { width: picture.width * factor, height: picture.height * factor });
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(`${name}.png`, "image/png", blob));
}
