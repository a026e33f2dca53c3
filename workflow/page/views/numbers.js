// All findings in sentences, and the table of all runs.

import { OVERVIEW, SUMMARY } from "../data.js";
import { h } from "../dom.js";
import { plural } from "../format.js";
import { withTerms } from "../glossary.js";
import { runsTable } from "../runs.js";

export async function numbers() {
  return [
    h("h1", {}, "All findings and all runs"),
    h("p", {}, `${SUMMARY.length} ${plural(SUMMARY.length, "run")}. Every sentence comes from `, h("code", {}, `${OVERVIEW.results}/statements.csv`), ", which names the table behind each number."),
    OVERVIEW.findings.filter((part) => part.level > 1 && (part.lines.length || part.level < 3)).map(section),
    h("h2", {}, "Runs"),
    runsTable(),
  ];
}

function section(part) {
  const lines = part.lines.length > 0 && h("ul", {}, part.lines.map((line) => h("li", {}, withTerms(line.replaceAll("`", "")))));
  return h("section", { class: "findings" }, h(part.level === 2 ? "h2" : "h3", {}, part.heading), lines);
}
