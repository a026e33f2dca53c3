// Which classes and which test images a network gets wrong.

import { ARCHITECTURES, DATASETS, OVERVIEW, block, records, seedName } from "../data.js";
import { address, choice, h, menu, s, same, table, textColumn } from "../dom.js";
import { figure } from "../figure.js";
import { percent, plural } from "../format.js";
import { datasetImage, enlarge, placeOf } from "../raster.js";

const MOST = 36; // images
const DRAWN = 20; // classes, up to which the matrix is drawn with numbers
const MOST_PAIRS = 30; // of a class and what it is taken for
const FEW = 8; // classes, up to which their names fit above the columns

export async function wrong(dataset = DATASETS[0], arch = ARCHITECTURES[0]) {
  const [data, found] = await Promise.all([block(`data/${dataset}`), block(`predictions/${dataset}/${arch}`)]);
  const go = (...path) => { location.hash = address(["wrong", ...path]); };
  const head = [h("h1", {}, `Where ${arch} is wrong`),
    h("div", { class: "bar" }, DATASETS.length > 1 && menu("Dataset", same(DATASETS), dataset, (value) => go(value, arch)), ARCHITECTURES.length > 1 && menu("Network", same(ARCHITECTURES), arch, (value) => go(dataset, value)))];
  if (!found) return [head, h("p", {}, "This network predicts no classes.")];
  const { classes } = OVERVIEW.datasets[dataset];
  const { seeds } = found.json;
  const counts = seeds.map((_, i) => matrixOf(found.arrays.confusion, i, classes.length));
  const rows = records(found.json.wrong);
  return [head,
    h("p", { class: "about" }, inWords(counts)),
    OVERVIEW.architectures[arch].control === "random_labels" && h("p", {}, "It was trained on random labels, and is compared with the true classes here."),
    accuracyTable(dataset, classes, seeds, counts),
    confusionFigure(dataset, arch, classes, seeds, counts),
    OVERVIEW.architectures[arch].control === "phase_scrambled" && h("p", {}, "It was trained and tested on scrambled images, which this page does not hold."),
    rows.length > 0 && OVERVIEW.architectures[arch].control !== "phase_scrambled" && imagesFigure(dataset, arch, classes, data, seeds, rows)];
}

// Return the counts of one seed, rows of true classes; the last column has no prediction.
function matrixOf({ shape: [, rows, columns], data }, seed, classes) {
  return Array.from({ length: classes }, (_, row) => Array.from(data.subarray((seed * rows + row) * columns, (seed * rows + row + 1) * columns)));
}

const sum = (values) => values.reduce((a, b) => a + b, 0);
const rightOf = (matrix) => sum(matrix.map((row, i) => row[i]));
const allOf = (matrix) => sum(matrix.map(sum));

function inWords(counts) {
  const mistakes = counts.map((matrix) => allOf(matrix) - rightOf(matrix)).sort((a, b) => a - b);
  const [few, many, all] = [mistakes[0], mistakes.at(-1), allOf(counts[0])];
  const range = few === many ? `${few}` : `${few} to ${many}`;
  return `${range} of ${all} test images ${many === 1 ? "is" : "are"} wrong${counts.length > 1 ? ` in each of ${counts.length} seeds` : ""}.`;
}

// Return the table of how many test images of each class are right.
export function accuracyTable(dataset, classes, seeds, counts) {
  if (classes.length > DRAWN) return classTable(classes, counts);
  const share = (row, i) => (i === null ? rightOf(row) / allOf(row) : row[i][i] / sum(row[i]));
  const columns = [[null, "all"], ...classes.map((name, i) => [i, name])].map(([i, text]) => ({ text, value: ({ matrix }) => share(matrix, i), show: ({ matrix }) => percent(share(matrix, i)) }));
  return table(`Test images of each class that are right; by chance ${percent(1 / classes.length)}.`, [{ text: "seed", value: ({ seed }) => seed, show: ({ seed }) => seedName(dataset, seed) }, ...columns], seeds.map((seed, i) => ({ seed, matrix: counts[i] })));
}

// Return the accuracy on each class, the lowest first, where there are too many classes for columns.
function classTable(classes, counts) {
  const rows = classes.map((name, i) => ({ name, images: sum(counts[0][i]), right: sum(counts.map((matrix) => matrix[i][i] / sum(matrix[i]))) / counts.length }));
  return table(`Test images of each class that are right${counts.length > 1 ? `, mean of ${counts.length} seeds` : ""}; by chance ${percent(1 / classes.length)}.`, [
    textColumn("class", ({ name }) => name),
    { text: "images", value: ({ images }) => images, show: ({ images }) => String(images) },
    { text: "right", value: ({ right }) => right, show: ({ right }) => percent(right) },
  ], rows.sort((a, b) => a.right - b.right));
}

// Return the confusion matrix of all seeds together or of one.
function confusionFigure(dataset, arch, classes, seeds, counts) {
  const joined = counts.reduce((all, matrix) => all.map((row, i) => row.map((count, j) => count + matrix[i][j])));
  const place = h("div");
  let matrix = joined;
  const show = (chosen) => {
    matrix = chosen === "all" ? joined : counts[seeds.indexOf(Number(chosen))];
    place.replaceChildren(classes.length <= DRAWN ? drawnMatrix(classes, matrix) : mistakesTable(classes, matrix));
  };
  show("all");
  const which = [["all", "all seeds"], ...seeds.map((seed) => [String(seed), `seed ${seed}`])];
  return [seeds.length > 1 && h("div", { class: "bar" }, seeds.length > 4 ? menu("Seeds", which, "all", show) : choice("Seeds", which, "all", show)), figure({
    title: "Which class is taken for which",
    explain: classes.length <= DRAWN ? "A row for each true class, a column for each prediction: percent of the row's images. Off the diagonal are mistakes." : `Of the mistakes, the ${MOST_PAIRS} most frequent at most.`,
    path: `runs/${dataset}/${arch}/seed*/predictions.csv`,
    node: place,
    numbers: () => ({ columns: ["class", ...classes, "no prediction"], rows: matrix.map((row, i) => [classes[i], ...row]) }),
  })];
}

function drawnMatrix(classes, matrix) {
  const hasNone = matrix.some((row) => row.at(-1) > 0);
  const names = hasNone ? [...classes, "none"] : classes;
  const isFew = classes.length <= FEW;
  const cell = isFew ? 76 : 40; // screen pixels
  const most = isFew ? 11 : 24; // letters above a column
  const left = 20 + 7 * Math.max(...classes.map((name) => Math.min(name.length, 24)));
  const cut = (name) => (name.length > 24 ? `${name.slice(0, 23)}…` : name);
  const top = isFew ? 24 : left;
  const node = s("svg", { width: left + cell * names.length + 10, height: top + cell * classes.length + 4, role: "img", "aria-label": "confusion matrix" });
  const heads = names.map((name, j) => {
    const [x, y] = [left + cell * (j + 0.5), top - 8];
    return s("text", { x, y, "text-anchor": isFew ? "middle" : "start", transform: isFew ? null : `rotate(-60 ${x} ${y})`, class: "faint" }, name.length > most ? `${name.slice(0, most - 1)}…` : name);
  });
  node.append(...heads);
  matrix.forEach((row, i) => {
    node.append(s("text", { x: left - 8, y: top + cell * (i + 0.5) + 4, "text-anchor": "end" }, cut(classes[i])));
    names.forEach((_, j) => {
      const share = row[j] / (sum(row) || 1);
      node.append(
        s("rect", { class: i === j ? "right" : "wrong", x: left + cell * j, y: top + cell * i, width: cell - 2, height: cell - 2, "fill-opacity": (0.06 + 0.74 * share).toFixed(3) }),
        s("text", { x: left + cell * (j + 0.5) - 1, y: top + cell * (i + 0.5) + 4, "text-anchor": "middle" }, row[j] ? shareWords(share) : "0"));
    });
  });
  return node;
}

const shareWords = (share) => (100 * share < 10 && share > 0 ? (100 * share).toFixed(1) : (100 * share).toFixed(0));

// Return the most frequent mistakes, where there are too many classes for a matrix.
function mistakesTable(classes, matrix) {
  const pairs = matrix.flatMap((row, i) => row.map((count, j) => ({ i, j, count, share: count / (sum(row) || 1) }))).filter(({ i, j, count }) => i !== j && count);
  const name = (j) => classes[j] ?? "no prediction";
  return table("The most frequent mistakes", [
    textColumn("class", ({ i }) => classes[i]),
    textColumn("taken for", ({ j }) => name(j)),
    { text: "images", value: ({ count }) => count, show: ({ count }) => String(count) },
    { text: "of the class", value: ({ share }) => share, show: ({ share }) => percent(share) },
  ], pairs.sort((a, b) => b.count - a.count).slice(0, MOST_PAIRS));
}

// Return the images that are wrong, those that most seeds get wrong first.
function imagesFigure(dataset, arch, classes, data, seeds, rows) {
  const byImage = new Map();
  for (const row of rows) byImage.set(row.index, [...(byImage.get(row.index) ?? []), row]);
  const order = [...byImage.values()].sort((a, b) => b.length - a.length || surest(b) - surest(a));
  const drawn = order.map((mistakes) => [mistakes, data ? placeOf(data, mistakes[0].index) : -1]).filter(([, place]) => place >= 0).slice(0, MOST);
  return figure({
    title: "Test images that it gets wrong",
    explain: `${seeds.length > 1 ? "Those that most seeds get wrong come first. " : ""}Listed are the 24 most confident mistakes of each seed at most; ${drawn.length} of ${order.length} listed ${plural(order.length, "image")} ${drawn.length === 1 ? "is" : "are"} drawn.`,
    path: `runs/${dataset}/${arch}/seed*/predictions.csv`,
    node: h("div", { class: "tiles" }, drawn.map(([mistakes, place]) => wrongTile(dataset, classes, data, seeds, mistakes, place))),
    numbers: () => ({ columns: ["seed", "image", "class", "prediction", "probability"], rows: rows.map((row) => [row.seed, row.index, classes[row.label], classes[row.prediction] ?? "", row.probability]) }),
  });
}

const surest = (mistakes) => Math.max(...mistakes.map((row) => row.probability ?? 0));

function wrongTile(dataset, classes, data, seeds, mistakes, place) {
  const canvas = datasetImage(data, place, { "aria-label": `test image ${mistakes[0].index}` });
  const taken = [...new Set(mistakes.map((row) => classes[row.prediction] ?? "nothing"))].join(" or ");
  const sure = surest(mistakes);
  return h("div", { class: "tile mistake" }, enlarge(canvas, Math.max(1, Math.round(110 / canvas.width))),
    h("span", { class: "label" }, `${classes[mistakes[0].label]} taken for ${taken}`), h("div", { class: "faint" }, seeds.length > 1 ? `${mistakes.length} of ${seeds.length} seeds` : `test image ${mistakes[0].index}`, sure > 0 && `, ${seeds.length > 1 ? "up to " : ""}${percent(sure)} sure`));
}
