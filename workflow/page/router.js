// The choice of the view, and the page around it.

import { ARCHITECTURES, DATASETS, PREDICTS, convLayers } from "./data.js";
import { address, h, present, say } from "./dom.js";
import { currentPlayer, leavePlayer } from "./player.js";
import { comparison } from "./views/compare.js";
import { evolution } from "./views/evolution.js";
import { kernelView } from "./views/kernel.js";
import { missing } from "./views/missing.js";
import { overview } from "./views/overview.js";
import { samples } from "./views/samples.js";
import { through } from "./views/through.js";
import { wrong } from "./views/wrong.js";

const VIEWS = [["Overview", [], overview], ["Evolution", ["evolution"], evolution], ["Compare", ["compare"], comparison], ...(PREDICTS ? [["Mistakes", ["wrong"], wrong], ["One image", ["through"], through]] : []), ["Data", ["data"], samples]];

async function route() {
  leavePlayer();
  const path = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decoded);
  const view = path.length === 5 ? kernelView : path.length < 5 && VIEWS.find(([, prefix]) => prefix[0] === path[0])?.[2];
  const main = document.getElementById("main");
  let nodes;
  try {
    nodes = known(path) && view ? await view(...(view === kernelView ? path : path.slice(1))) : missing(location.hash);
  } catch (error) {
    nodes = [h("h1", {}, "This view could not be drawn"), h("p", { class: "bad" }, String(error))];
    console.error(error);
  }
  main.replaceChildren(...present(nodes));
  currentPlayer()?.refresh();
  navigation(path);
  document.title = `${main.querySelector("h1").textContent} · kernelscope`;
  say(document.title);
  scrollTo(0, 0);
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// Whether the dataset, architecture and layer of a path are in this experiment.
function known(path) {
  const [dataset, arch, layer] = path.length === 5 ? [path[0], path[1], path[3]] : ["evolution", "wrong", "through"].includes(path[0]) ? path.slice(1) : path.slice(1, 2);
  return (!dataset || DATASETS.includes(dataset)) && (!arch || ARCHITECTURES.includes(arch)) && (!layer || convLayers(arch).includes(layer));
}

function navigation(path) {
  const current = path.length === 5 ? "evolution" : path[0];
  document.getElementById("views").replaceChildren(...VIEWS.map(([name, prefix]) =>
    h("li", {}, h("a", { href: address(prefix), "aria-current": prefix[0] === current ? "page" : null }, name))));
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = name === "dark" ? "Light" : "Dark";
}

// Show the view of the address, now and whenever it changes.
export function start() {
  document.getElementById("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => theme(event.matches ? "dark" : "light"));
  theme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  addEventListener("hashchange", route);
  route();
}
