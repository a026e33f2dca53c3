// What the network loses without a kernel.

import { barChart } from "../../chart.js";
import { h } from "../../dom.js";
import { figure } from "../../figure.js";
import { beyondChance, percent } from "../../format.js";
import { rowsOf } from "./measures.js";

const classRows = (run, layer, kernel) => rowsOf(run.json.ablation, layer, kernel).filter((row) => row.class !== "all");

// Return the loss in words: what is lost of which class, or what the largest loss could be; "" if it is unknown.
export function lossWords(run, layer, kernel) {
  const rows = classRows(run, layer, kernel).filter((row) => row.drop !== null);
  if (!rows.length) return "";
  const lost = rows.filter((row) => beyondChance(row.p_corrected)).sort((a, b) => b.drop - a.drop)[0];
  if (lost) return `${percent(lost.drop)} of “${lost.class}”`;
  return `nothing measurable, less than ${percent(Math.max(...rows.map((row) => row.high)))} of any class (95 %)`;
}

// Return the figure, or null if the kernel was not ablated.
export function ablationFigure(run, layer, kernel, folder) {
  const rows = classRows(run, layer, kernel);
  if (!rows.length) return null;
  const none = rows.every((row) => row.drop === 0);
  const bars = rows.map((row) => ({ name: row.class, value: 100 * row.drop, low: 100 * row.low, high: 100 * row.high, strong: beyondChance(row.p_corrected) }));
  const reason = rows.find((row) => row.n && row.reason)?.reason;
  const nothing = h("p", { class: "nothing" }, `Nothing measurable: less than ${percent(Math.max(...rows.map((row) => row.high)))} of any class (95 %).`);
  return figure({
    title: "What the network loses without it",
    explain: reason ? `A loss says little here: ${reason}.` : none ? "Test accuracy where its mean response takes its place." : "Percent of the test images of each class that are lost where its mean response takes its place, with 95 % intervals; gray: no more than chance.",
    path: `${folder}/ablation.csv`,
    node: none ? nothing : barChart({ name: "accuracy lost by class", bars, across: "accuracy lost, %" }),
    numbers: () => ({ columns: ["class", "drop", "low", "high", "p_corrected"], rows: rows.map((row) => [row.class, row.drop, row.low, row.high, row.p_corrected]) }),
  });
}
