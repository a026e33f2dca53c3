// The table of all runs, each with its kernels.

import { ARCHITECTURES, DATASETS, PRETRAINED, SUMMARY, UNKNOWN, block, convLayers, runBlock, seedName } from "./data.js";
import { h, link, table, textColumn } from "./dom.js";
import { fixed, percent } from "./format.js";
import { Bank } from "./kernels.js";
import { enlarge, raster } from "./raster.js";
import { ownScale } from "./style.js";

const MOST = 24; // kernels of a run
const [HEIGHT, GAP] = [30, 4]; // of a kernel and between kernels, screen pixels

const runOrder = (a, b) => DATASETS.indexOf(a.dataset) - DATASETS.indexOf(b.dataset) || ARCHITECTURES.indexOf(a.arch) - ARCHITECTURES.indexOf(b.arch) || a.seed - b.seed;

export function runsTable() {
  const hasFailed = SUMMARY.some((row) => row.failure);
  const columns = [
    { text: `kernels of the first layer, each on its own scale${PRETRAINED ? "" : "; red frame: dead"}`, words: true, show: strip },
    textColumn("images", (row) => row.dataset),
    { text: "network", words: true, value: (row) => row.arch, show: (row) => link(["evolution", row.dataset, row.arch], row.arch) },
    { text: "seed", value: (row) => row.seed, show: (row) => (PRETRAINED ? seedName(row.dataset, row.seed) : row.seed) },
    { text: "test accuracy", value: (row) => row.test_accuracy, show: (row) => percent(row.test_accuracy) },
    { text: "smoothness", value: (row) => row.lag1, show: (row) => `${fixed(row.lag1)}${row.lag1_null_99 === null ? "" : ` (untrained < ${fixed(row.lag1_null_99)})`}` },
    { text: "structured", value: (row) => row.structured, show: structured },
    { text: "failure", words: true, value: (row) => row.failure || "", show: (row) => (row.failure ? h("span", { class: "bad" }, row.failure) : "none") },
  ].filter(({ text }) => (text !== "images" || DATASETS.length > 1) && (text !== "failure" || hasFailed) && !UNKNOWN.includes(text));
  const failures = hasFailed || PRETRAINED ? "" : " None of them failed.";
  return h("div", { class: "runs" }, table(`All runs.${failures} Smoothness: mean correlation of neighboring weights. Structured: kernels beyond what untrained ones show.`, columns, [...SUMMARY].sort(runOrder)));
}

const structured = ({ structured: share, kernels }) => (share === null ? "–" : `${Math.round(share * kernels)} of ${kernels}`);

// Return the kernels of a run in the order of the best matched columns, drawn when they scroll into view.
function strip(row) {
  const place = h("div", { class: "of-run" });
  const seen = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    const [run, answer] = await Promise.all([runBlock(row.dataset, row.arch, row.seed), block(`answer/${row.dataset}/${row.arch}`)]);
    if (!run) return place.append("not in this page");
    const layer = convLayers(row.arch)[0];
    const bank = new Bank(run, layer);
    const factor = HEIGHT / bank.height;
    const pitch = bank.width + 2 + Math.ceil(GAP / factor);
    const kernels = inColumns(answer.json.columns, row.seed, bank.numbers).slice(0, MOST);
    const sheet = raster(kernels.length * pitch, bank.height + 2, { "aria-label": `${bank.out} trained kernels of ${row.arch}, seed ${row.seed}` });
    kernels.forEach((kernel, i) => bank.drawFramed(sheet, 1, i * pitch + 1, bank.count - 1, kernel, ownScale()));
    sheet.show();
    place.replaceChildren(link(["evolution", row.dataset, row.arch, layer], enlarge(sheet.canvas, factor)));
  });
  seen.observe(place);
  return place;
}

// Return the kernels of a seed: the best matched first, so that matches of all seeds are below each other.
function inColumns({ seeds, rows }, seed, numbers) {
  const matched = seeds.includes(seed) ? rows.map(({ kernels }) => kernels[seeds.indexOf(seed)]).filter((kernel) => kernel !== null) : [];
  return [...matched, ...numbers.filter((kernel) => !matched.includes(kernel))];
}
