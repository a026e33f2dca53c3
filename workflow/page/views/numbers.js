// All findings in sentences, by network and question, and the table of all runs.

import { makeStage, minis } from "../answer/stage.js";
import { ARCHITECTURES, DATASETS, OVERVIEW, SEEDS, block, convLayers, records } from "../data.js";
import { address, badge, h, link, menu, same } from "../dom.js";
import { plural } from "../format.js";
import { withTerms } from "../glossary.js";
import { runsTable } from "../runs.js";

export async function numbers(dataset = DATASETS[0]) {
  const { json } = await block(`statements/${dataset}`);
  const statements = records(json.statements);
  const stage = makeStage(dataset);
  const archs = ["", ...ARCHITECTURES].filter((arch) => statements.some((row) => row.arch === arch));
  const sections = await Promise.all(archs.map((arch) => ofNetwork(dataset, arch, statements.filter((row) => row.arch === arch), json.questions, stage)));
  stage.load();
  return [
    h("h1", {}, "All findings and all runs"),
    DATASETS.length > 1 && h("div", { class: "bar" }, menu("Images", same(DATASETS), dataset, (value) => { location.hash = address(["numbers", value]); })),
    h("p", {}, "Every sentence comes from ", h("code", {}, `${OVERVIEW.results}/statements.csv`), ", which names the table behind each number. A claim is ",
      badge("shown"), " if its p is at most 0.05 and untrained networks do worse; else there is ", badge("no evidence"), "; or it ", badge("cannot be decided"), " with so few seeds or kernels."),
    sections,
    h("h2", {}, "Runs"),
    leftOut(),
    runsTable(),
  ];
}

// Return which seeds are not on the page, or null.
function leftOut() {
  const left = ARCHITECTURES.filter((arch) => SEEDS[arch].length < OVERVIEW.seeds[arch].length);
  const words = left.map((arch) => `${SEEDS[arch].length} of ${OVERVIEW.seeds[arch].length} seeds of ${arch}`).join(", ");
  return left.length > 0 && h("p", {}, `This page holds ${words}; of the others it has the rows of the table.`);
}

// Return the sentences about a network, or about the whole dataset; those about deeper layers are folded.
async function ofNetwork(dataset, arch, statements, questions, stage) {
  const evidence = arch ? (await block(`answer/${dataset}/${arch}`)).json.evidence : {};
  const [first, ...deeper] = arch ? convLayers(arch) : [""];
  const line = (row) => h("li", {}, badge(row.verdict), h("span", {}, withTerms(row.text), chips(evidence, arch, row, stage)));
  const listed = (rows, heading) => Object.entries(questions).map(([key, words]) => {
    const about = rows.filter((row) => row.question === key);
    return about.length > 0 && [h(heading, {}, words), h("ul", {}, about.map(line))];
  });
  const isDeeper = (row) => deeper.includes(row.layer);
  const folded = statements.filter(isDeeper);
  return h("section", { class: "findings" }, h("h2", {}, arch ? link(["answer", dataset, arch], arch) : dataset),
    listed(statements.filter((row) => !isDeeper(row)), "h3"),
    folded.length > 0 && h("details", {}, h("summary", {}, `Deeper layers than ${first}: ${folded.length} ${plural(folded.length, "sentence")}`),
      deeper.map((layer) => [h("h3", {}, layer), listed(folded.filter((row) => row.layer === layer), "h4")])));
}

// Return the kernels that a sentence counts, as small pictures that lead to them.
function chips(evidence, arch, { layer, claim }, stage) {
  const kernels = evidence[`${layer}/${claim}`] ?? [];
  return kernels.length > 0 && minis(stage.row(kernels.map(([seed, kernel]) => [arch, seed, layer, kernel])));
}
