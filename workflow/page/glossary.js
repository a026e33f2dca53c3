// Technical terms in a text, each with its meaning when it is pointed at or has the focus.

import { OVERVIEW } from "./data.js";
import { h } from "./dom.js";

const TERMS = OVERVIEW.glossary;
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const PATTERN = TERMS.length ? new RegExp(`\\b(${TERMS.map(({ term }) => escaped(term)).sort((a, b) => b.length - a.length).join("|")})\\b`, "i") : null;
let tips = 0;

// Return a text as nodes; the first technical term in it has its meaning in a tip.
export function withTerms(text) {
  const found = PATTERN?.exec(text);
  if (!found) return [text];
  const entry = TERMS.find(({ term }) => term.toLowerCase() === found[0].toLowerCase());
  return [text.slice(0, found.index), termNode(found[0], entry), text.slice(found.index + found[0].length)];
}

function termNode(word, { meaning, yardstick }) {
  const id = `tip-${tips++}`;
  return h("span", { class: "term", tabindex: 0, "aria-describedby": id }, word, h("span", { class: "tip", role: "tooltip", id }, [meaning, yardstick].filter(Boolean).join(" ")));
}
