// Along which principal components of the image patches the energy of the kernels lies.

import { chartNumbers, lineChart, tone } from "../chart.js";
import { figure } from "../figure.js";
import { percent } from "../format.js";

const TONES = { trained: 0, untrained: 6, "random labels": 1, "equally smooth noise": 2 }; // as in the figures
const FEW = 10; // components that the caption is about

// Return the figure of an architecture, or null if it has no profiles.
export function energyFigure(compared, dataset, arch) {
  const curves = Object.keys(TONES).flatMap((state) => curvesOf(compared, arch, state));
  if (!curves.length) return null;
  const few = Math.min(FEW, curves[0].x.length);
  const parts = curves.filter((curve) => !curve.quiet).map((curve) => `${percent(curve.y[few - 1])} of ${curve.name}`);
  return figure({
    title: `${arch}: energy along the components of the images`,
    explain: `Share of the kernels' energy in the first principal components of the image patches, mean over seeds; thin: each trained seed. The first ${few} of ${curves[0].x.length} hold ${parts.join(", ")}.`,
    path: `compare/${dataset}/${arch}/energy.csv`,
    node: lineChart({ name: "cumulative energy over components", curves, x: "first principal components", y: "share of energy", low: 0, high: 1 }).node,
    numbers: chartNumbers("component", curves),
  });
}

function curvesOf(compared, arch, state) {
  const array = compared.arrays[`cumulative/${arch}/${state}`];
  if (!array) return [];
  const [, components] = array.shape;
  const seeds = compared.json.archs[arch].energy_seeds[state]; // of the rows
  const x = Array.from({ length: components }, (_, c) => c + 1);
  const rows = seeds.map((_, i) => Array.from(array.data.subarray(i * components, (i + 1) * components)));
  const mean = x.map((_, c) => rows.map((row) => row[c]).filter(Number.isFinite).reduce((sum, value, _i, all) => sum + value / all.length, 0));
  const color = tone(TONES[state]);
  const single = state === "trained" && seeds.length > 1 ? rows.map((y, i) => ({ name: `${state}, seed ${seeds[i]}`, x, y, color, dash: "1 3", quiet: true })) : [];
  return [{ name: state, x, y: mean, color, dash: state === "trained" ? null : "4 3" }, ...single];
}
