// The first screen: what the kernels learned, when, and whether every seed learns the same.

import { networkSwitch } from "../answer/networks.js";
import { bestColumns, similarityPlot } from "../answer/same.js";
import { makeStage } from "../answer/stage.js";
import { groupTable } from "../answer/what.js";
import { filmstrip, timeChart } from "../answer/when.js";
import { ARCHITECTURES, DATASETS, OVERVIEW, PRETRAINED, block } from "../data.js";
import { address, h, link, menu, same, scrolling } from "../dom.js";
import { withTerms } from "../glossary.js";
import { makePlayer } from "../player.js";
import { lookChoices } from "../style.js";

const QUESTION = "What did the kernels learn, when, and is it the same for every seed?";
const LONG = 120; // letters of a headline that is set smaller
const TITLES = { what: "What", when: "When", same: "Same for every seed?" };

export async function answer(dataset = DATASETS[0], arch = ARCHITECTURES[0]) {
  const [answered, { json }] = [OVERVIEW.answers[dataset], await block(`answer/${dataset}/${arch}`)];
  const { time } = json;
  const stage = makeStage(dataset);
  const seeds = Object.keys(time.curves).map(Number).sort((a, b) => a - b);
  const networks = networkSwitch(dataset, arch, stage);
  const groups = groupTable(dataset, arch, json.layer, json.groups, seeds, stage);
  const chart = timeChart(time, seeds);
  const exemplar = json.groups.rows.flatMap((row) => row.kernels)[0];
  const player = time.steps.length > 1 ? makePlayer(time.steps.length, (t) => when(time, t), show, time) : null;
  const film = player && filmstrip(time, exemplar && [arch, exemplar[0], json.layer, exemplar[1]], stage, player.go);

  function show(t) {
    stage.draw(t === time.steps.length - 1 ? Infinity : time.steps[t]);
    chart?.cursor(time.steps[t]);
    film?.mark(t);
  }
  const redraw = () => show(player ? player.now : 0);
  const pictures = {
    what: groups.node,
    when: [chart?.node, film && [film.node, h("p", { class: "faint" }, `One kernel at some steps (seed ${exemplar[0]}, kernel ${exemplar[1]}).`)]],
    same: [similarityPlot(json.similarity), bestColumns(dataset, arch, json, seeds.length, stage)],
  };
  const typed = json.groups.by !== "type" && json.types.rows.length ? groupTable(dataset, arch, json.layer, json.types, seeds, stage, true) : null;
  groups.load().then(() => stage.load()).then(redraw).then(() => typed?.load()).then(networks.load).then(redraw);
  stage.load().then(redraw);
  return [
    h("div", { class: answered.networks.length > 2 ? "top many" : "top" },
      h("div", {}, h("p", { class: "question" }, QUESTION, DATASETS.length > 1 && menu("Images", same(DATASETS), dataset, (value) => { location.hash = address(["answer", value, arch]); })), h("h1", { class: answered.headline.length > LONG ? "long" : null }, answered.headline || QUESTION)),
      networks.node),
    player?.node,
    h("div", { class: "cards" }, Object.keys(TITLES).map((name) => card(name, json.cards[name], json.groups, pictures[name]))),
    h("div", { class: "bar foot" }, h("span", { class: "faint" }, "Red: bright pixels speak for the kernel; blue: against it. Each seed has one scale."), lookChoices(redraw)),
    typed && h("section", {}, h("h2", {}, "The vocabulary: types of kernels, and the seeds that have them"), scrolling("Types of kernels", h("div", { class: "whole" }, typed.node))),
    answered.short.length > 0 && h("section", { class: "short" }, h("h2", {}, "In short"), h("ul", {}, answered.short.map((line) => h("li", {}, withTerms(line))))),
    h("p", {}, link(["numbers", dataset], "All findings, with their numbers and tests →")),
  ];
}

// Return a card: one claim, how sure it is, and one picture.
function card(name, { claim, details, verdict }, groups, picture) {
  const [first, ...rest] = name === "what" ? ["", ...details.filter((line) => !isDrawn(line, groups))] : details;
  return h("section", { class: `card ${name}` },
    h("h2", {}, TITLES[name], verdict && h("span", { class: `verdict ${verdict.replaceAll(" ", "-")}` }, verdict)),
    claim && h("p", { class: "claim" }, withTerms(claim)),
    first && h("p", { class: "details" }, withTerms(first)),
    picture,
    rest.length > 0 && h("ul", { class: "details" }, rest.map((line) => h("li", {}, withTerms(line)))));
}

// Whether a line lists the labels that the groups already show, with their kernels.
const isDrawn = (line, { by, rows }) => ["feature", "class"].includes(by) && rows.every(({ name, rest }) => rest || line.toLowerCase().includes(name.split(", ")[0].toLowerCase()));

// Return the time of a snapshot in words.
function when(time, t) {
  const unit = PRETRAINED ? "" : "step ";
  return time.steps[t] || t ? `${unit}${time.steps[t]} of ${time.steps.at(-1)}` : "untrained";
}
