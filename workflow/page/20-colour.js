// Numbers as colours, as the pictures of the workflow have them: 256 colours from −limit to +limit, orange where not finite.

const NOT_FINITE = rgba(240, 160, 0);
const DEAD = rgba(190, 20, 30); // the frame around a kernel that is dead or weak
const TABLES = Object.fromEntries(Object.entries(OVERVIEW.colours).map(([name, text]) => [name, palette(text)]));

function rgba(red, green, blue) {
  return (255 << 24 | blue << 16 | green << 8 | red) >>> 0; // a pixel of a little-endian Uint32Array
}

function palette(text) {
  const bytes = atob(text);
  return Uint32Array.from({ length: 256 }, (_, i) => rgba(...[0, 1, 2].map((part) => bytes.charCodeAt(3 * i + part))));
}

function colour(value, limit, colours) {
  if (!Number.isFinite(value)) return NOT_FINITE;
  const share = limit > 0 ? value / limit : 0;
  return colours[Math.min(255, Math.max(0, Math.floor(((share + 1) / 2) * 256)))];
}

// Canvas with a pixel per weight; `pixels` is what is painted on, `show()` brings it to the screen.
function raster(width, height, attributes = {}) {
  const canvas = h("canvas", { width, height, role: "img", ...attributes });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  return { canvas, pixels, width, height, show: () => context.putImageData(image, 0, 0) };
}

// A plane of k x k weights, `from` on in `values`, with its upper left pixel at (row, col).
function paint(on, row, col, values, from, k, limit, colours) {
  for (let i = 0; i < k; i++) {
    let at = (row + i) * on.width + col;
    for (let j = 0; j < k; j++) on.pixels[at++] = colour(values[from++], limit, colours);
  }
}

// The pixel (row, col) under the pointer; outside of the raster where the pointer is captured there.
function pixelUnder(on, event) {
  const box = on.canvas.getBoundingClientRect();
  return [Math.floor(((event.clientY - box.top) / box.height) * on.height), Math.floor(((event.clientX - box.left) / box.width) * on.width)];
}

// `act` wherever the pointer moves, or a finger touches: a touch moves nothing.
function onPoint(on, act) {
  for (const kind of ["pointermove", "pointerdown"]) on.canvas.addEventListener(kind, act);
}

function enlarge(canvas, factor) {
  canvas.style.width = `${canvas.width * factor}px`;
  canvas.style.height = `${canvas.height * factor}px`;
  return canvas;
}

// An image of the dataset, bytes (h, w) or (h, w, 3).
function painted(bytes, height, width, channels, attributes = {}) {
  const on = raster(width, height, attributes);
  for (let i = 0; i < height * width; i++) {
    const at = i * channels;
    on.pixels[i] = channels === 3 ? rgba(bytes[at], bytes[at + 1], bytes[at + 2]) : rgba(bytes[at], bytes[at], bytes[at]);
  }
  on.show();
  return on.canvas;
}

// The scale beside a figure of kernels; `set` says what it means now.
function scaleBar() {
  const on = raster(256, 1, { "aria-hidden": "true" });
  const low = h("span");
  const high = h("span");
  const node = h("span", { class: "scale" }, low, on.canvas, high);
  return {
    node,
    set(limit, colours) {
      for (let i = 0; i < 256; i++) on.pixels[i] = colours[i];
      on.show();
      low.textContent = limit === null ? "each kernel: −its largest" : label(-limit);
      high.textContent = limit === null ? "+its largest" : `+${label(limit)}`;
    },
  };
}
