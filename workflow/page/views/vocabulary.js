// The vocabulary of a network: every type of kernel, and which seeds have it.

import { makeStage } from "../answer/stage.js";
import { groupTable } from "../answer/what.js";
import { ARCHITECTURES, DATASETS, block, inColor, records } from "../data.js";
import { address, h, link, menu, same, scrolling, table } from "../dom.js";
import { label } from "../format.js";
import { withTerms } from "../glossary.js";
import { makePlayer } from "../player.js";
import { lookChoices } from "../style.js";

export async function vocabulary(dataset = DATASETS[0], arch = ARCHITECTURES[0]) {
  const [{ json }, compared] = await Promise.all([block(`answer/${dataset}/${arch}`), block(`compare/${dataset}`)]);
  const { time, layer } = json;
  const parts = json.groups.by !== "type" && json.types.rows.length ? [json.types, json.groups] : [json.groups];
  const stage = makeStage(dataset);
  const seeds = Object.keys(time.curves).map(Number).sort((a, b) => a - b);
  const go = (...path) => { location.hash = address(["kernels", ...path]); };
  const show = (t) => stage.draw(t === time.steps.length - 1 ? Infinity : time.steps[t]);
  const player = time.steps.length > 1 ? makePlayer(time.steps.length, (t) => (time.steps[t] || t ? `step ${time.steps[t]}` : "untrained"), show, time) : null;
  const tables = parts.map((groups) => groupTable(dataset, arch, layer, groups, seeds, stage, Infinity));
  const redraw = () => show(player ? player.now : 0);
  tables.reduce((before, { load }) => before.then(load), Promise.resolve()).then(stage.load).then(redraw);
  return [
    h("h1", {}, heading(parts[0], arch)),
    h("div", { class: "bar" },
      DATASETS.length > 1 && menu("Images", same(DATASETS), dataset, (value) => go(value, arch)),
      menu("Network", same(ARCHITECTURES), arch, (value) => go(dataset, value)),
      lookChoices(redraw, inColor(dataset, arch, layer))),
    player?.node,
    parts.map((groups, i) => [
      i > 0 && h("h2", {}, groups.by === "class" ? "By the class that they prefer" : "By the feature that they respond to"),
      h("p", {}, withTerms(explained(groups, layer))),
      scrolling(`Kernels by ${groups.by}`, h("div", { class: "whole" }, tables[i].node)),
    ]),
    parts[0].by === "type" && typeTable(compared?.json.archs[arch]?.vocabulary, layer),
    h("p", {}, link(["evolution", dataset, arch], "All kernels, seed by seed →")),
  ];
}

function heading({ by, rows }, arch) {
  if (by !== "type") return `The kernels of ${arch}`;
  const shared = rows.filter(({ seeds, total }) => seeds === total).length;
  return rows[0].total > 1 ? `${rows.length} types of kernels in ${arch}, ${shared} of them in every seed` : `${rows.length} types of kernels in ${arch}`;
}

function explained({ by, reason }, layer) {
  if (by === "type") return `Kernels of ${layer} in types, which were found without knowing the seeds: the most typical kernel first, beside the image that excites it most. A dash: the seed has no kernel of the type. Click a kernel for all about it.`;
  const why = reason ? `There are no types: ${reason}. ` : "";
  return `${why}Kernels of ${layer}, ${by === "seed" ? "seed by seed" : "the ones that pass the test best first"}.`;
}

// Return the numbers behind the types, or null if the page does not have them.
function typeTable(types, layer) {
  if (!types) return null;
  const number = (key, digits) => (row) => (row[key] === null ? "–" : label(row[key], digits));
  const column = (text, key, show, words = false) => ({ text, words, value: (row) => row[key], show });
  return table("How often each type occurs, and how often if kernels are permuted among the seeds. Stability: how much a type stays the same if a seed is left out (0 to 1).", [
    column("type", "name", (row) => row.name, true),
    column("kernels", "kernels", number("kernels", 3)),
    column("seeds", "seeds", (row) => `${row.seeds} of ${row.seeds_total}`),
    column("permuted", "seeds_permuted", (row) => (row.seeds_permuted === null ? "–" : row.seeds_permuted.toFixed(1))),
    column("stability", "stability", (row) => (row.stability === null ? "–" : row.stability.toFixed(2))),
  ], records(types).filter((row) => row.layer === layer));
}
