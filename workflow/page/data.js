// Embedded data: an overview that is parsed at once, and payloads that are unpacked when a view asks for them.

export const OVERVIEW = JSON.parse(document.getElementById("overview").textContent);
const unpacked = new Map(); // id of a payload -> promise of the payload

// Return the payload with this id, {json, arrays: {name: {shape, data}}}, or null if the page has none.
export function block(id) {
  if (!unpacked.has(id)) {
    const element = document.getElementById(id);
    unpacked.set(id, element ? unpack(element.textContent) : Promise.resolve(null));
  }
  return unpacked.get(id);
}

export const runBlock = (dataset, arch, seed) => block(`run/${dataset}/${arch}/${seed}`);

async function unpack(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const arrays = {};
  let at = 4 + length;
  for (const entry of head.arrays) {
    const count = entry.shape.reduce((product, side) => product * side, 1);
    const size = count * (entry.dtype === "f4" ? entry.planes || 4 : entry.dtype === "i4" ? 4 : 1);
    arrays[entry.name] = { shape: entry.shape, data: numbers(entry, bytes.slice(at, at + size), count) };
    at += size;
  }
  return { json: head.json, arrays };
}

function numbers(head, bytes, count) {
  if (head.dtype === "u1") return bytes;
  if (head.dtype === "i4") return new Int32Array(bytes.buffer);
  const planes = head.planes || 4;
  const bits = new Uint32Array(count);
  for (let plane = 0; plane < planes; plane++) {
    const shift = 8 * (plane + 4 - planes);
    for (let i = 0, from = plane * count; i < count; i++) bits[i] |= bytes[from + i] << shift;
  }
  if (head.delta) {
    const row = count / (head.shape[0] || 1);
    for (let i = row; i < count; i++) bits[i] += bits[i - row]; // modulo 2^32, as in a Uint32Array
  }
  return new Float32Array(bits.buffer);
}

// Return the rows of a table {columns, rows} as objects.
export const records = (table) =>
  table.rows.map((row) => Object.fromEntries(table.columns.map((column, i) => [column, row[i]])));

export const SUMMARY = records(OVERVIEW.summary);
export const DATASETS = OVERVIEW.order.datasets; // as in the config
export const ARCHITECTURES = OVERVIEW.order.architectures; // as in the config, controls last
export const SEEDS = OVERVIEW.shown; // architecture -> seeds whose runs are on the page

// Whether an architecture is a control of others, so that its failures may be what was expected.
export const isControl = (arch) => OVERVIEW.architectures[arch].control !== "none";

// Pretrained kernels, dataset -> {runs: names in the order of the seeds, min_max_normalized}; null if all runs were trained here.
export const PRETRAINED = OVERVIEW.pretrained;
export const UNLABELED = OVERVIEW.unlabeled; // whether the networks learned without classes

// Columns that are unknown for all runs on this page.
export const UNKNOWN = PRETRAINED ? ["test accuracy", "parameters", "failure"] : UNLABELED ? ["test accuracy"] : [];

// Return the name of a seed, with the run's name for a pretrained run.
export function seedName(dataset, seed) {
  const name = PRETRAINED?.[dataset]?.runs[OVERVIEW.seeds[ARCHITECTURES[0]].indexOf(Number(seed))];
  return name ? `seed ${seed} (${name})` : `seed ${seed}`;
}

export const convLayers = (arch) => OVERVIEW.architectures[arch].layers.filter((layer) => layer.kind === "conv").map((layer) => layer.name);
export const outcomeOf = (dataset, arch, seed) =>
  SUMMARY.find((row) => row.dataset === dataset && row.arch === arch && Number(row.seed) === Number(seed));
