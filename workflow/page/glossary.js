// Technical terms in a text, each with its meaning when it is pointed at or has the focus.

import { OVERVIEW } from "./data.js";
import { h } from "./dom.js";

const PLAIN = ["network", "seed", "run", "step", "kernel", "shown", "no evidence", "cannot be decided", "p"]; // words that need no tip
const TERMS = new Map(OVERVIEW.glossary.filter(({ term }) => !PLAIN.includes(term)).map((entry) => [entry.term.toLowerCase(), entry]));
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const longestFirst = [...TERMS.keys()].sort((a, b) => b.length - a.length).map(escaped);
const PATTERN = TERMS.size ? new RegExp(`\\b(${longestFirst.join("|")})(s?)\\b`, "gi") : /$^/g;
const explained = new Set(); // terms of the current view
let tips = 0;

// Forget which terms have been explained, for a new view.
export const forgetTerms = () => explained.clear();

// Return a text as nodes; a technical term has its meaning in a tooltip where it first occurs in the view.
export function withTerms(text) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(PATTERN)) {
    const entry = TERMS.get(found[1].toLowerCase());
    if (explained.has(entry.term)) continue;
    explained.add(entry.term);
    nodes.push(text.slice(at, found.index), termNode(found[0], entry));
    at = found.index + found[0].length;
  }
  return [...nodes, text.slice(at)];
}

function termNode(word, { meaning, yardstick }) {
  const id = `tip-${tips++}`;
  const tip = h("span", { class: "meaning", role: "tooltip", id }, [meaning, yardstick].filter(Boolean).join(" "));
  const place = () => tip.classList.toggle("left", node.getBoundingClientRect().left > innerWidth / 2); // inside the window
  const node = h("span", { class: "term", tabindex: 0, "aria-describedby": id, onpointerenter: place, onfocus: place }, word, tip);
  return node;
}
