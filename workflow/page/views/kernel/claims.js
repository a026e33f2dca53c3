// What is claimed of a kernel, in words: its name, a sentence about it, and every test. All p are those of kernel_tests.csv.

import { block, records } from "../../data.js";
import { h } from "../../dom.js";
import { beyondChance, label, pValue, percent } from "../../format.js";

const number = (value) => label(value, 2);
const CLAIMS = { // claim -> what it says of the kernel, and its effect beside that of its rival
  feature: ["responds to a feature of the images more than re-initialized kernels do", (row) => `${featureName(row.label)}, standardized response ${number(row.value)}, theirs ${number(row.null_mean)}`],
  feature_beyond_noise: ["responds to that feature more than equally smooth noise does", (row) => `standardized response ${number(row.value)}, noise ${number(row.null_mean)}`],
  class: ["prefers a class more than re-initialized kernels do", (row) => `“${row.label}”, selectivity ${number(row.value)} (0: none, 1: this class alone), theirs ${number(row.null_mean)}`],
  needed: ["is needed by the network", (row) => `test accuracy lost without it ${percent(row.value)}`],
  needed_beyond_random: ["is needed more than a random kernel of the layer", (row) => `test accuracy lost beyond that ${percent(row.value)}`],
  smoother: ["is smoother than re-initialized kernels", (row) => `neighboring weights correlate with ${number(row.value)}, theirs with ${number(row.null_mean)}`],
  oriented: ["is more oriented than equally smooth noise", (row) => `at ${row.label}, orientation concentration ${number(row.value)} (0: none, 1: one orientation), noise ${number(row.null_mean)}`],
  shape: ["is fitted by a simple shape better than equally smooth noise", (row) => `${row.label === "none" ? "no shape fits" : row.label}, R² of unseen pixels ${number(row.value)}, noise ${number(row.null_mean)}`],
  span_pca: ["is explained by principal components of the image patches better than equally smooth noise", (row) => `${percent(row.value)} of its variance, noise ${percent(row.null_mean)}`],
  span_kmeans: ["is explained by k-means centroids of the image patches better than equally smooth noise", (row) => `${percent(row.value)} of its variance, noise ${percent(row.null_mean)}`],
};

// Return claim -> row of kernel_tests.csv for one trained kernel.
export async function claimsOf(dataset, arch, seed, layer, kernel) {
  const tests = await block(`claims/${dataset}/${arch}/${seed}`);
  const rows = tests ? records(tests.json).filter((row) => row.layer === layer && row.kernel === kernel) : [];
  return Object.fromEntries(rows.map((row) => [row.claim, row]));
}

const article = (word) => (/^[aeiou]/i.test(word) ? "an" : "a");

// Return a feature such as “upper-right corner, square” as words.
function featureName(text) {
  const at = (text ?? "").lastIndexOf(", ");
  return at < 0 ? text ?? "no feature" : `${text.slice(0, at)} of ${article(text.slice(at + 2))} ${text.slice(at + 2)}`;
}

const isShown = (row) => Boolean(row) && beyondChance(row.p);

// Return what a kernel is, by the first claim about it that is shown; "" if none is.
export function kernelName(claims) {
  if (isShown(claims.feature)) return featureName(claims.feature.label);
  if (isShown(claims.class)) return `prefers “${claims.class.label}”`;
  if (isShown(claims.shape) && claims.shape.label !== "none") return claims.shape.label;
  return isShown(claims.oriented) ? `oriented at ${claims.oriented.label}` : "";
}

const smallest = (row) => Number.isFinite(row.smallest_p) && row.p <= row.smallest_p * (1 + 1e-9);
const chance = (row) => (smallest(row) ? `p ≤ ${label(row.p, 2)}, the smallest possible` : pValue(row.p));

function tested(claim, row) {
  const [clause, effect] = CLAIMS[claim];
  if (row.p === null) return `Not tested whether it ${clause}: ${row.reason}.`;
  return `${isShown(row) ? "It" : "No evidence that it"} ${clause}: ${effect(row)} (${chance(row)}).`;
}

// Return every test of a kernel as a list.
export function claimList(claims) {
  const lines = Object.keys(CLAIMS).filter((claim) => claims[claim]).map((claim) => h("li", { class: isShown(claims[claim]) ? null : "faint" }, tested(claim, claims[claim])));
  return lines.length ? [h("ul", { class: "claims" }, lines), h("p", { class: "faint" }, "Each p is that of this kernel alone; findings correct them over all kernels of a layer.")] : null;
}

// Return sentences about a kernel. row: its row of atlas.csv; settled: steps at which the kernels of its layer settled; last: the last step.
export function about(claims, row, settled, last, loss) {
  const middle = [...settled].sort((a, b) => a - b)[Math.floor(settled.length / 2)];
  const parts = [
    row.alive === false && "It is dead: it hardly responds to any training image.",
    Number.isFinite(row.settled_step) && !(row.initial_ratio > MOSTLY) && `It has its final shape from step ${row.settled_step} of ${last} on (median of its layer: ${middle}).`,
    Number.isFinite(row.initial_ratio) && startWords(row.initial_ratio),
    isShown(claims.class) && `It prefers “${claims.class.label}”: selectivity ${number(claims.class.value)} (0: none, 1: this class alone; re-initialized kernels ${number(claims.class.null_mean)}).`,
    isContrary(claims) && `Its name is the feature it stands out for, in images of ${claims.feature.label.split(", ").at(-1)}; over whole images, “${claims.class.label}” excites it more.`,
    loss && `Taking it out costs the network ${loss}.`,
  ];
  return parts.filter(Boolean).join(" ");
}

const MOSTLY = 0.5; // share of the squared norm
const startWords = (ratio) => {
  if (ratio > 1) return `It is mostly its random start: the squared norm of what is left of the start is ${number(ratio)} times that of the kernel, which training made smaller.`;
  if (ratio > MOSTLY) return `It is mostly its random start: what is left of the start makes up ${percent(ratio)} of its squared norm.`;
  return `What is left of its random start makes up ${percent(ratio)} of its squared norm.`;
};

// Whether the feature of a kernel belongs to another class than the one that it prefers.
const isContrary = ({ feature, class: preferred }) => isShown(feature) && isShown(preferred) && !feature.label.endsWith(`, ${preferred.label}`);
