// The choice of the view, and the page around it.

import { ARCHITECTURES, DATASETS, OVERVIEW, PREDICTS, SUMMARY, convLayers, isControl } from "./data.js";
import { address, h, present, reveal, say } from "./dom.js";
import { plural } from "./format.js";
import { forgetTerms } from "./glossary.js";
import { currentPlayer, leavePlayer } from "./player.js";
import { pathOf, readAddress } from "./state.js";
import { startTheme } from "./theme.js";
import { answer } from "./views/answer.js";
import { comparison } from "./views/compare.js";
import { evolution } from "./views/evolution.js";
import { kernelView } from "./views/kernel.js";
import { missing } from "./views/missing.js";
import { numbers } from "./views/numbers.js";
import { samples } from "./views/samples.js";
import { through } from "./views/through.js";
import { vocabulary } from "./views/vocabulary.js";
import { wrong } from "./views/wrong.js";

// Views by the first part of their path. parts: what follows it; the header's links lead to what the reader looked at last.
const VIEWS = [
  { name: "Answer", first: "answer", view: answer, parts: ["dataset", "arch"] },
  { name: "Training", first: "evolution", view: evolution, parts: ["dataset", "arch"] },
  { name: "Kernels", first: "kernels", view: vocabulary, parts: ["dataset", "arch"] },
  { name: "Seeds", first: "compare", view: comparison, parts: ["dataset"] },
  PREDICTS && { name: "Mistakes", first: "wrong", view: wrong, parts: ["dataset", "arch"] },
  PREDICTS && { name: "One image", first: "through", view: through, parts: ["dataset", "arch"] },
  { name: "Images", first: "data", view: samples, parts: ["dataset"] },
  { name: "All numbers", first: "numbers", view: numbers, parts: ["dataset"] },
].filter(Boolean);
const KERNEL = { first: "evolution", view: kernelView, parts: ["dataset", "arch", "seed", "layer", "kernel"] };
const here = { dataset: DATASETS[0], arch: ARCHITECTURES[0] };
const links = VIEWS.map(({ name }) => h("a", {}, name));
let last = null; // the view on display
let routes = 0;

async function route() {
  const number = ++routes;
  leavePlayer();
  forgetTerms();
  readAddress();
  const path = pathOf(location.hash);
  const { entry, rest } = chosen(path);
  let nodes;
  try {
    nodes = entry && known(entry, rest) ? await entry.view(...rest) : missing(location.hash.split("?")[0]);
  } catch (error) {
    nodes = [h("h1", {}, "This view could not be drawn"), h("p", { class: "bad" }, String(error))];
    console.error(error);
  }
  if (number === routes) show(entry, nodes);
}

// Return the view of a path, and the rest of the path.
function chosen(path) {
  if (path.length === 5) return { entry: KERNEL, rest: path };
  const entry = path.length ? VIEWS.find(({ first }) => first === path[0]) : VIEWS[0];
  return { entry: path.length < 5 ? entry : undefined, rest: path.slice(1) };
}

// Whether the dataset, architecture and layer of a path are in this experiment; if so, the header leads there from now on.
function known(entry, rest) {
  const place = Object.fromEntries(entry.parts.map((part, i) => [part, rest[i]]));
  const layer = entry.first === "evolution" && entry !== KERNEL ? rest[2] : place.layer;
  const { dataset, arch } = place;
  const isKnown = (!dataset || DATASETS.includes(dataset)) && (!arch || ARCHITECTURES.includes(arch)) && (!layer || convLayers(arch).includes(layer));
  if (isKnown && dataset) here.dataset = dataset;
  if (isKnown && arch) here.arch = arch;
  return isKnown;
}

function show(entry, nodes) {
  const main = document.getElementById("main");
  const [focused, stays] = [main.contains(document.activeElement) ? mark(document.activeElement) : null, entry?.view === last];
  last = entry?.view;
  main.replaceChildren(...present(nodes));
  currentPlayer()?.refresh();
  navigation(entry);
  document.title = `${main.querySelector("h1").textContent} · kernelscope`;
  say(document.title);
  if (focused) (again(main, focused) ?? main).focus({ preventScroll: true });
  if (!stays) scrollTo(0, 0);
}

const FOCUSABLE = "a, button, input, select, summary, canvas[tabindex]";

// Return what tells a control from others, so that its successor in the next view gets the focus.
const mark = (element) => `${element.tagName} ${element.closest("[role=group]")?.getAttribute("aria-label") ?? ""} ${element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent}`;
const again = (main, wanted) => [...main.querySelectorAll(FOCUSABLE)].find((element) => mark(element) === wanted);

function navigation(entry) {
  VIEWS.forEach(({ first, parts }, i) => {
    links[i].setAttribute("href", address([first, ...parts.map((part) => here[part])]));
    if (first === entry?.first) {
      links[i].setAttribute("aria-current", "page");
      reveal(document.getElementById("views"), links[i]);
    } else links[i].removeAttribute("aria-current");
  });
}

// Return what this experiment is, in a line.
function scope() {
  const counts = ARCHITECTURES.map((arch) => OVERVIEW.seeds[arch].length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const runs = fewest < most ? `, ${SUMMARY.length} runs` : ` × ${most} ${plural(most, "seed")}`;
  const failed = SUMMARY.filter((row) => row.failure && !isControl(row.arch)).length;
  const ofControls = SUMMARY.filter((row) => row.failure).length - failed;
  return [
    `${DATASETS.length > 1 ? `${DATASETS.length} sets of images × ` : ""}${ARCHITECTURES.length} ${plural(ARCHITECTURES.length, "network")}${runs}, `,
    failed > 0 ? h("span", { class: "bad" }, `${failed} failed`) : ofControls ? "" : "none failed",
    ofControls > 0 && `${failed ? ", and " : ""}${ofControls} control ${plural(ofControls, "run")} failed`,
  ];
}

// Show the view of the address, now and whenever it changes.
export function start() {
  document.getElementById("views").replaceChildren(...links.map((element) => h("li", {}, element)));
  document.getElementById("scope").append(...present(scope()));
  startTheme(document.getElementById("theme"));
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  addEventListener("hashchange", route);
  route();
}
