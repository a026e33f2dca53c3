// The switch between networks: each with its verdict, its accuracy, and some of its kernels.

import { OVERVIEW, block, isControl } from "../data.js";
import { address, h, reveal } from "../dom.js";
import { percent } from "../format.js";
import { minis } from "./stage.js";

const thumbs = (networks) => (networks.length > 2 || innerWidth <= 700 ? 2 : 3); // kernels of a network

// Return {node, load()}: the links to all networks, and a function that unpacks their kernels.
export function networkSwitch(dataset, current, stage) {
  const { networks } = OVERVIEW.answers[dataset];
  const entries = networks.map((network) => ({ arch: network.arch, place: h("span", { class: "thumbs" }), network }));
  const node = h("nav", { class: "networks", "aria-label": "Networks" }, entries.map(({ arch, place, network }) =>
    h("a", { href: address(["answer", dataset, arch]), class: isControl(arch) ? "control" : null, "aria-current": arch === current ? "true" : null },
      place, h("strong", {}, arch), h("span", {}, facts(network)), h("span", {}, network.verdict))));
  const chosen = node.querySelector("[aria-current]");
  async function load() {
    reveal(node, chosen);
    for (const { arch, place } of entries) {
      const answer = await block(`answer/${dataset}/${arch}`);
      const kernels = answer.json.groups.rows.flatMap((row) => row.kernels.slice(0, 1)).concat(answer.json.groups.rows[0]?.kernels.slice(1) ?? []);
      const places = kernels.slice(0, thumbs(networks)).map(([seed, kernel]) => [arch, seed, answer.json.layer, kernel]);
      if (places.length) place.replaceChildren(minis(stage.row(places, { linked: false })));
    }
    reveal(node, chosen); // kernels have moved it
    await stage.load();
  }
  return { node, load };
}

function facts({ arch, accuracy, runs, failed }) {
  const control = isControl(arch) ? "control, " : "";
  if (control && failed === runs) return control.slice(0, -2); // as its verdict says that every run failed
  if (failed) return [control, h("span", { class: control ? null : "bad" }, `${failed} of ${runs} failed`)];
  return accuracy === null ? control.slice(0, -2) : `${control}${percent(accuracy)} right`;
}
