// A figure as a drawing of its own: title, source, scale and all text as on the screen, cropped to what is drawn.

import { SVG, h, s } from "./dom.js";

const MARGIN = 16; // pixels around everything
const LINE = 18; // height of a line of text
const NOT_TEXT = "svg, button, select, .readout, .tip, .unseen, .tools, script";

const isVisible = (element) => element.checkVisibility({ visibilityProperty: true });

// Return a figure as SVG. lines: [[text, size, weight], ...] above it; source: the line below.
export function drawing(node, lines, source) {
  const parts = [...images(node), ...hatches(node), ...words(node)];
  const boxes = parts.map(({ box }) => box);
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
  const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
  const head = MARGIN + lines.length * LINE + 8;
  const longest = Math.max(...[...lines.map(([text]) => text), source].map((text) => text.length * 6.5));
  const width = Math.ceil(Math.max(right - left, Math.min(longest, 1400)) + 2 * MARGIN);
  const height = Math.ceil(head + bottom - top + LINE + 2 * MARGIN);
  const body = getComputedStyle(document.body);
  const page = s("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": body.fontFamily, "font-size": 12 });
  page.append(hatch(), s("rect", { width, height, fill: body.backgroundColor }));
  lines.forEach(([text, size, weight], i) => page.append(s("text", { x: MARGIN, y: MARGIN + i * LINE + 13, fill: body.color, "font-size": size, "font-weight": weight }, text)));
  for (const { box, draw } of parts) page.append(draw(box.left - left + MARGIN, box.top - top + head));
  page.append(s("text", { x: MARGIN, y: height - MARGIN, fill: body.color, "font-size": 11, opacity: 0.75 }, source));
  return page;
}

function images(node) {
  const leaves = node.matches("svg, canvas") ? [node] : [...node.querySelectorAll("svg, canvas")];
  return leaves.filter((leaf) => isVisible(leaf) && !leaf.closest(".tip, .tools")).map((leaf) => {
    const box = leaf.getBoundingClientRect();
    const size = { width: box.width, height: box.height };
    if (leaf.tagName === "CANVAS") return { box, draw: (x, y) => s("image", { x, y, ...size, href: leaf.toDataURL(), style: "image-rendering: pixelated", preserveAspectRatio: "none" }) };
    return { box, draw: (x, y) => placed(styled(leaf), { x, y, ...size }) };
  });
}

function placed(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// Return a copy of an SVG with the computed style as attributes, because a download has no stylesheet and no variables.
function styled(element) {
  const copy = element.cloneNode(true);
  const [from, to] = [[element, ...element.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
  from.forEach((original, i) => {
    const style = getComputedStyle(original);
    for (const key of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight"]) to[i].setAttribute(key, style.getPropertyValue(key));
    for (const key of ["class", "style", "tabindex", "data-keys"]) to[i].removeAttribute(key);
  });
  return copy;
}

// Return the hatched places, which are drawn over kernels that are dead.
function hatches(node) {
  return [...node.querySelectorAll(".hatch")].filter(isVisible).map((element) => {
    const box = element.getBoundingClientRect();
    return { box, draw: (x, y) => s("rect", { x, y, width: box.width, height: box.height, fill: "url(#hatch)" }) };
  });
}

const hatch = () => s("defs", {}, s("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, s("rect", { width: 2, height: 6, fill: "#808080" })));

// Return all visible text of a node, line by line, as it is broken on the screen.
function words(node) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const parent = text.parentElement;
    if (!text.data.trim() || parent.closest(NOT_TEXT) || !isVisible(parent)) continue;
    const style = getComputedStyle(parent);
    for (const { line, box } of linesOf(text)) {
      const place = { fill: style.color, "font-size": style.fontSize, "font-weight": style.fontWeight };
      found.push({ box, draw: (x, y) => s("text", { x, y: y + box.height * 0.78, ...place }, line) });
    }
  }
  return found;
}

function linesOf(text) {
  const lines = [];
  for (const match of text.data.matchAll(/\S+/g)) {
    const range = document.createRange();
    range.setStart(text, match.index);
    range.setEnd(text, match.index + match[0].length);
    const box = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (last && Math.abs(last.box.top - box.top) < box.height / 2) {
      last.line += ` ${match[0]}`;
      last.box = { ...last.box, right: box.right };
    } else lines.push({ line: match[0], box: { left: box.left, top: box.top, right: box.right, bottom: box.bottom, height: box.height } });
  }
  return lines;
}

// Return the drawing as PNG, twice as large as on the screen, for slides.
export async function pngOf(page, factor = 2) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(page))}`;
  await picture.decode();
  const canvas = h("canvas", { width: picture.width * factor, height: picture.height * factor });
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
}

export const svgText = (page) => new XMLSerializer().serializeToString(page);
