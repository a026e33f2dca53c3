// The kernels of one layer of one run over its training.

class Bank {
  // values: Float32Array of (t, out, channels, k, k); steps: the step of every snapshot.
  constructor(run, layer) {
    const { shape, data } = run.arrays[`kernels/${layer}`];
    [this.count, this.out, this.channels, this.k] = shape;
    const steps = Array.from(run.arrays.steps.data);
    const epochs = Array.from(run.arrays.epochs.data);
    const ends = this.count === steps.length ? null : [0, steps.length - 1];
    this.steps = ends ? ends.map((i) => steps[i]) : steps;
    this.epochs = ends ? ends.map((i) => epochs[i]) : epochs;
    this.published = run.json.outcome.published ?? null;
    this.untrained = this.published?.untrained ?? true; // whether the first snapshot is the untrained state
    this.size = this.channels * this.k * this.k; // weights of a kernel
    this.limit = run.json.layers[layer].limit;
    this.weights = data;
    this.dead = new Set(records(run.json.atlas).filter((row) => row.layer === layer && row.alive === false).map((row) => row.kernel));
    this.side = Math.ceil(Math.sqrt(this.channels)); // planes of a kernel stand in a block of so many columns
    this.width = this.side * (this.k + 1) - 1;
    this.pitch = this.width + (this.channels > 1 ? 3 : 1); // from one kernel to the next in a row
    this.height = Math.ceil(this.channels / this.side) * (this.k + 1) - 1;
  }

  // Whether a snapshot of the run is that old; published runs may begin late.
  begun(step) {
    return this.steps[0] <= step;
  }

  // The last snapshot at or before a step.
  at(step) {
    let t = this.steps.length - 1;
    while (t > 0 && this.steps[t] > step) t--;
    return t;
  }

  // A snapshot in words.
  when(t) {
    if (this.published && !(this.untrained && t === 0)) return this.published.time ? `${this.published.time} ${this.steps[t]}` : "trained";
    return this.steps[t] ? `epoch ${this.epochs[t].toFixed(2)}, step ${this.steps[t]}` : "untrained";
  }

  get numbers() {
    return Array.from({ length: this.out }, (_, kernel) => kernel);
  }

  from(t, kernel) {
    return (t * this.out + kernel) * this.size;
  }

  // W_t − b W_0 for all snapshots, b the least-squares coefficient of W_t on W_0, both centred; see kernels.change.
  get change() {
    if (!this.changed) {
      this.changed = new Float32Array(this.weights.length);
      if (!this.untrained) return this.changed.fill(NaN); // unknown
      for (let t = 0; t < this.count; t++) for (let kernel = 0; kernel < this.out; kernel++) this.subtract(t, kernel);
    }
    return this.changed;
  }

  subtract(t, kernel) {
    const [first, now, n] = [this.from(0, kernel), this.from(t, kernel), this.size];
    const values = this.weights;
    let [mean0, mean1, inner, square] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      mean0 += values[first + i] / n;
      mean1 += values[now + i] / n;
    }
    for (let i = 0; i < n; i++) {
      inner += (values[now + i] - mean1) * (values[first + i] - mean0);
      square += (values[first + i] - mean0) ** 2;
    }
    const b = square > 0 && Number.isFinite(inner / square) ? inner / square : 0;
    for (let i = 0; i < n; i++) this.changed[now + i] = values[now + i] - b * values[first + i];
  }

  values(mode) {
    return mode === "change" ? this.change : this.weights;
  }

  // The scale that all kernels of the layer share: the largest of nearly all weights of the whole training.
  shared(mode) {
    if (mode !== "change") return this.limit;
    this.changeLimit ??= limitOf(this.change);
    return this.changeLimit;
  }

  largest(mode, t, kernel) {
    const values = this.values(mode);
    let found = 0;
    for (let i = this.from(t, kernel), end = i + this.size; i < end; i++) {
      const size = Math.abs(values[i]);
      if (size > found && size < Infinity) found = size;
    }
    return found;
  }

  // One kernel with its upper left pixel at (row, col).
  draw(on, row, col, t, kernel, look) {
    const values = this.values(look.mode);
    const limit = look.own ? this.largest(look.mode, t, kernel) : look.limit;
    for (let channel = 0; channel < this.channels; channel++) {
      const top = row + Math.floor(channel / this.side) * (this.k + 1);
      const left = col + (channel % this.side) * (this.k + 1);
      paint(on, top, left, values, this.from(t, kernel) + channel * this.k * this.k, this.k, limit, look.colours);
    }
  }

  // The same within a frame of one pixel, red where the kernel is dead or weak, so that no scale of its own makes it look alive.
  drawFramed(on, row, col, t, kernel, look) {
    this.draw(on, row, col, t, kernel, look);
    if (!this.dead.has(kernel)) return;
    for (let i = row - 1; i <= row + this.height; i++) on.pixels[i * on.width + col - 1] = on.pixels[i * on.width + col + this.width] = DEAD;
    for (let j = col - 1; j <= col + this.width; j++) on.pixels[(row - 1) * on.width + j] = on.pixels[(row + this.height) * on.width + j] = DEAD;
  }

  // A weight in words, as it is drawn now.
  told(t, kernel, weight, digits) {
    const channel = this.channels > 1 ? `channel ${weight.channel}, ` : "";
    return `${channel}row ${weight.row}, col ${weight.col}: ${label(this.values(look.mode)[this.from(t, kernel) + weight.index], digits)}`;
  }

  // The weight under a pixel of a drawn kernel: {channel, row, col, index}, null between planes.
  weightAt(row, col) {
    const [i, j] = [row % (this.k + 1), col % (this.k + 1)];
    const channel = Math.floor(row / (this.k + 1)) * this.side + Math.floor(col / (this.k + 1));
    if (i === this.k || j === this.k || channel >= this.channels || row < 0 || col < 0) return null;
    return { channel, row: i, col: j, index: channel * this.k * this.k + i * this.k + j };
  }
}

// The 99.5 % point of |values|, so that a few large ones do not darken the rest.
function limitOf(values) {
  const sizes = Float32Array.from(values.filter(Number.isFinite), Math.abs).sort();
  if (!sizes.length) return 1;
  const place = 0.995 * (sizes.length - 1);
  const below = Math.floor(place);
  const between = sizes[below] + (place - below) * ((sizes[below + 1] ?? sizes[below]) - sizes[below]);
  return between || sizes[sizes.length - 1];
}

// How kernels are drawn, the same in every view.
const look = {
  mode: "kernels",
  own: Boolean(PUBLISHED), // snapshots of published kernels may each have a scale of their own
  map: OVERVIEW.colour_map,
  limit: 1,
  get colours() {
    return TABLES[this.map];
  },
};

// The look of small pictures: kernels as they are, each on its own scale.
const ownScale = () => ({ ...look, mode: "kernels", own: true });

// Buttons for it; `changed` draws again.
function lookControls(changed) {
  const set = (key, value) => {
    look[key] = value;
    changed();
  };
  const maps = Object.keys(TABLES).map((name) => [name, name === "gray" ? "grey" : "colour"]);
  return [
    choice("What is drawn", [["kernels", "Kernels"], ["change", "Change"]], look.mode, (mode) => set("mode", mode)),
    choice("Scale", [[false, "One scale"], [true, "Each its own"]], look.own, (own) => set("own", own)),
    choice("Colours", maps, look.map, (map) => set("map", map)),
  ];
}
