// A figure with its title, explanation and downloads.

import { OVERVIEW } from "./data.js";
import { h, scrolling } from "./dom.js";
import { drawing, pngOf, svgText } from "./export.js";

let figures = 0;

// Return a figure. node: an svg or canvas, or an element that contains some; numbers(): {columns, rows} for the CSV; path:
// the files behind it; state(): what the figure shows now, such as the step, for the second line of its downloads.
export function figure({ title, explain, path, node, numbers: rows, state }) {
  const name = `kernelscope-${slug(title)}`;
  const id = `figure-${figures++}`;
  const file = path ? `${OVERVIEW.results}/${path}` : OVERVIEW.results;
  const picture = () => drawing(node, [[title, 15, 600], ...(state ? [[state(), 12, 400]] : [])], `kernelscope · ${file}`);
  const kinds = [
    ["PNG", async () => save(`${name}.png`, "image/png", await pngOf(picture()))],
    ["SVG", () => save(`${name}.svg`, "image/svg+xml", svgText(picture()))],
    rows && ["CSV", () => save(`${name}.csv`, "text/csv", csv(rows()))],
  ].filter(Boolean);
  const buttons = kinds.map(([kind, act]) => h("button", { type: "button", onclick: act, "aria-label": `Download “${title}” as ${kind}` }, kind));
  const source = path && h("span", { class: "faint" }, "numbers from ", h("code", {}, file));
  const menu = h("details", { class: "tools" }, h("summary", { "aria-label": `Downloads of “${title}”`, title: file }, "⋯"), h("div", {}, buttons, source));
  const caption = h("figcaption", { id }, h("span", { class: "title" }, title), menu, explain && h("p", {}, explain));
  return h("figure", { "aria-labelledby": id }, caption, scrolling(title, node));
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
