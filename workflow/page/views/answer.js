// The first screen: what the kernels learned, when, and whether every seed learns the same.

import { networkSwitch } from "../answer/networks.js";
import { bestColumns, similarityPlot } from "../answer/same.js";
import { makeStage } from "../answer/stage.js";
import { groupTable } from "../answer/what.js";
import { filmstrip, timeChart } from "../answer/when.js";
import { ARCHITECTURES, DATASETS, OVERVIEW, PRETRAINED, block, inColor, isControl } from "../data.js";
import { address, badge, h, link, menu, same, scrolling } from "../dom.js";
import { withTerms } from "../glossary.js";
import { makePlayer } from "../player.js";
import { colorWords, look, lookChoices } from "../style.js";

const QUESTION = "What did the kernels learn, when, and is it the same for every seed?";
const LINES = 2; // of kernels of each type, where seeds have no columns of their own
const LONG = 120; // letters of a headline that is set smaller
const [KINDS, INDIVIDUAL] = [["same_kinds_rotation"], ["same_kernels", "same_kernels_within_types"]]; // claims about seeds
const TITLES = { what: "What", when: "When", same: "Same for every seed?" };

export async function answer(dataset = DATASETS[0], arch = ARCHITECTURES[0]) {
  const [answered, { json }] = [OVERVIEW.answers[dataset], await block(`answer/${dataset}/${arch}`)];
  const { time } = json;
  const { about, failed: failures, runs } = answered.networks.find((network) => network.arch === arch);
  const failed = failures > 0 && failures === runs;
  const neutral = isControl(arch) || failed;
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
  const isColored = inColor(dataset, arch, json.layer);
  const scale = h("span", { class: "faint" });
  const redraw = () => {
    scale.textContent = `${colorWords(isColored)} ${look.own ? "Each kernel has its own scale." : "Each seed has one scale."}`;
    show(player ? player.now : 0);
  };
  const pictures = {
    what: groups.node,
    when: [chart?.node, chart && time.settled[1] === null && h("p", { class: "faint" }, `${failed ? "Drawn are the runs that failed. " : ""}Every curve of likeness ends at 1, where the last kernel is compared with itself.`), film && [film.node, h("p", { class: "faint" }, `One kernel at ${time.steps.length > 2 ? "some steps" : "the start and the end"} (seed ${exemplar[0]}, kernel ${exemplar[1]}).`)]],
    same: [similarityPlot(json.similarity, KINDS), bestColumns(dataset, arch, json, seeds.length, stage)],
  };
  const more = { same: similarityPlot(json.similarity, INDIVIDUAL) };
  const typed = json.groups.by !== "type" && json.types.rows.length ? groupTable(dataset, arch, json.layer, json.types, seeds, stage, LINES) : null;
  groups.load().then(() => stage.load()).then(redraw).then(() => typed?.load()).then(networks.load).then(redraw);
  stage.load().then(redraw);
  return [
    h("div", { class: answered.networks.length > 2 ? "top many" : "top" },
      h("div", {}, h("p", { class: "question" }, QUESTION, DATASETS.length > 1 && menu("Images", same(DATASETS), dataset, (value) => { location.hash = address(["answer", value, arch]); })), h("h1", { class: answered.headline.length > LONG ? "long" : null }, answered.headline || QUESTION)),
      networks.node),
    about && h("p", { class: "about" }, h("strong", {}, `${arch}: `), about),
    player?.node,
    h("div", { class: neutral ? "cards neutral" : "cards" }, Object.keys(TITLES).map((name) => card(name, json.cards[name], json.groups, pictures[name], more[name]))),
    h("div", { class: "bar foot" }, scale, lookChoices(redraw, isColored)),
    typed && h("section", {}, h("h2", {}, "The vocabulary: types of kernels, and the seeds that have them"), scrolling("Types of kernels", h("div", { class: "whole" }, typed.node))),
    answered.short.length > 0 && h("section", { class: "short" }, h("h2", {}, "In short"), h("ul", {}, answered.short.map((line) => h("li", {}, withTerms(line))))),
    h("p", {}, link(["numbers", dataset], "All findings, with their numbers and tests →")),
  ];
}

// Return a card: one claim, one reason, and one picture; behind a line, how sure it is.
function card(name, { claim, details, sure, verdict, partly }, groups, picture, more) {
  const [first, ...rest] = name === "what" ? ["", ...details.filter((line) => !isDrawn(line, groups))] : details;
  return h("section", { class: `card ${name}` },
    h("h2", {}, TITLES[name], verdict && badge(verdict, partly ? `partly ${verdict}` : verdict)),
    claim && h("p", { class: "claim" }, withTerms(claim)),
    first && h("p", { class: "details" }, withTerms(first)),
    picture,
    rest.length > 0 && h("ul", { class: "details" }, rest.map((line) => h("li", {}, withTerms(line)))),
    sure.length > 0 && h("details", { class: "sure" }, h("summary", {}, "How sure?"), h("ul", { class: "details" }, sure.map((line) => h("li", {}, withTerms(line)))), more));
}

// Whether a line lists the labels that the groups already show, with their kernels.
const isDrawn = (line, { by, rows }) => ["feature", "class"].includes(by) && rows.filter(({ rest }) => !rest).slice(0, 3).every(({ name }) => line.toLowerCase().includes(name.split(", ")[0].toLowerCase()));

// Return the time of a snapshot in words.
function when(time, t) {
  const unit = PRETRAINED ? "" : "step ";
  return time.steps[t] || t ? `${unit}${time.steps[t]} of ${time.steps.at(-1)}` : "untrained";
}
