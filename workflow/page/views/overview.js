// The overview of runs and findings.

import { ARCHITECTURES, DATASETS, OVERVIEW, PRETRAINED, SEEDS, SUMMARY, UNKNOWN, convLayers, runBlock, seedName } from "../data.js";
import { h, link, table } from "../dom.js";
import { label, percent, plural } from "../format.js";
import { Bank } from "../kernels.js";
import { ownScale } from "../style.js";
import { enlarge, raster } from "../raster.js";

export async function overview() {
  const failed = SUMMARY.filter((row) => row.failure).length;
  const numbers = ARCHITECTURES.map((arch) => OVERVIEW.seeds[arch].length);
  const [fewest, most] = [Math.min(...numbers), Math.max(...numbers)];
  const left = ARCHITECTURES.filter((arch) => SEEDS[arch].length < OVERVIEW.seeds[arch].length);
  const missing = left.length ? ` This page holds ${left.map((arch) => `${SEEDS[arch].length} of ${OVERVIEW.seeds[arch].length} seeds of ${arch}`).join(", ")}; of the others it has the rows of the table.` : "";
  const counts = `${DATASETS.length} ${plural(DATASETS.length, "dataset")} × ${ARCHITECTURES.length} ${plural(ARCHITECTURES.length, "architecture")} × ${fewest < most ? `${fewest} to ` : ""}${most} ${plural(most, "seed")}`;
  if (PRETRAINED) return pretrainedOverview();
  return [
    h("h1", {}, "What did the kernels learn?"),
    h("p", {}, `${counts} = ${SUMMARY.length} ${plural(SUMMARY.length, "run")}; ${failed ? `${failed} failed` : "none failed"}. A kernel is a small pattern that a convolutional network learns to look for; every square below is a weight, red where bright pixels speak for it, blue where they speak against it.${missing}`),
    runsTable(),
    findings(),
  ];
}

const findings = () => [
  h("h2", {}, "Findings"),
  h("p", { class: "faint" }, "Sentences from the tables of this experiment. p are corrected over the kernels of a layer; intervals are over seeds. All: ", h("code", {}, `${OVERVIEW.results}/findings.md`)),
  h("div", { class: "findings" }, OVERVIEW.findings.filter((part) => part.level > 1).map(section)),
];

// Return the overview of kernels that were trained elsewhere.
function pretrainedOverview() {
  const scaled = DATASETS.some((dataset) => PRETRAINED[dataset].min_max_normalized);
  return [
    h("h1", {}, "What did these kernels learn?"),
    h("p", {}, `${SUMMARY.length} published ${plural(SUMMARY.length, "run")}, trained elsewhere on images that are not here. `, scaled ? "Sign, zero and size of the weights were lost when they were published, so each kernel is shown less its own mean: red above it, blue below." : "Every square below is a weight, red above zero, blue below."),
    runsTable(),
    findings(),
  ];
}

function section(part) {
  const lines = h("ul", {}, part.lines.map((line) => h("li", {}, line.replaceAll("`", ""))));
  if (part.level === 2) return [h("h3", {}, part.heading), lines];
  return h("details", {}, h("summary", {}, h("strong", {}, part.heading), h("span", { class: "faint" }, ` ${part.lines.length} sentences`)), lines);
}

function runsTable() {
  const columns = [
    { text: "dataset", words: true, value: (row) => row.dataset, show: (row) => row.dataset },
    { text: "architecture", words: true, value: (row) => row.arch, show: (row) => link(["evolution", row.dataset, row.arch, convLayers(row.arch)[0]], row.arch) },
    { text: "seed", value: (row) => row.seed, show: (row) => (PRETRAINED ? seedName(row.dataset, row.seed) : row.seed) },
    { text: "test accuracy", value: (row) => row.test_accuracy, show: (row) => percent(row.test_accuracy) },
    { text: "smoothness", value: (row) => row.lag1, show: (row) => label(row.lag1, 2) },
    { text: "structured", value: (row) => row.structured, show: (row) => percent(row.structured) },
    { text: `kernels of the first layer, each on its own scale${PRETRAINED ? "" : ", red frame: dead or weak"}`, words: true, value: (row) => row.kernels, show: strip },
    { text: "failure", words: true, value: (row) => row.failure || "", show: (row) => (row.failure ? h("span", { class: "bad" }, row.failure) : "none") },
  ].filter((column) => (column.text !== "dataset" || DATASETS.length > 1) && !UNKNOWN.includes(column.text));
  return table("Runs. Smoothness: mean correlation of neighboring weights. Structured: share of kernels beyond what untrained ones show.", columns, SUMMARY);
}

// Return the kernels of a run, drawn when they scroll into view.
function strip(row) {
  const place = h("div", { style: "min-height: 32px; min-width: 60px" });
  const seen = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    const run = await runBlock(row.dataset, row.arch, row.seed);
    if (!run) return place.append("not in this page");
    const layer = convLayers(row.arch)[0];
    const bank = new Bank(run, layer);
    const count = Math.min(bank.out, 24);
    const sheet = raster(count * bank.pitch + 2, bank.height + 2, { "aria-label": `${bank.out} trained kernels of ${row.arch}, seed ${row.seed}` });
    for (let kernel = 0; kernel < count; kernel++) bank.drawFramed(sheet, 1, kernel * bank.pitch + 1, bank.count - 1, kernel, ownScale());
    sheet.show();
    place.replaceChildren(link(["evolution", row.dataset, row.arch, layer], enlarge(sheet.canvas, 30 / bank.height)));
  });
  seen.observe(place);
  return place;
}
