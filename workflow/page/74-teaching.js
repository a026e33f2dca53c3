// A kernel slides over an image: product, sum, feature map, ReLU, pooling; all computed here from the stored weights.

async function teaching(run, data, layer, kernel, arch) {
  if (!data) return null;
  const names = data.json.images.map((image, i) => [i, `${image.class}, ${image.split} ${image.index}`]);
  const place = h("div");
  const start = (i) => place.replaceChildren(slideOver(run, data, Number(i), layer, kernel, arch));
  start(0);
  return h("div", {}, h("p", { class: "faint" }, "The frame stands where this kernel fits the image best. Drag it, move it with the arrow keys, or press “Slide”: where kernel and image agree, the products add up."), h("div", { class: "bar" }, menu("Image", names, 0, start)), place);
}

// The response of a kernel at every place of an image, plus its bias: {height, width, values}.
function featureMap(input, height, width, channels, bank, kernel, bias, stride) {
  const k = bank.k;
  const from = bank.from(bank.count - 1, kernel);
  const [rows, cols] = [Math.floor((height - k) / stride) + 1, Math.floor((width - k) / stride) + 1];
  const values = new Float64Array(rows * cols).fill(bias);
  for (let row = 0; row < rows; row++) for (let col = 0; col < cols; col++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) for (let i = 0; i < k; i++) {
      const at = ((row * stride + i) * width + col * stride) * channels + c;
      const weight = from + (c * k + i) * k;
      for (let j = 0; j < k; j++) sum += bank.weights[weight + j] * input[at + j * channels];
    }
    values[row * cols + col] += sum;
  }
  return { height: rows, width: cols, values };
}

function slideOver(run, data, number, layer, kernel, arch) {
  const bank = new Bank(run, layer);
  const [, height, width, channels = 1] = data.arrays.images.shape;
  const size = height * width * channels;
  const input = Float64Array.from(data.arrays.images.data.subarray(number * size, (number + 1) * size), (byte) => byte / 255);
  const spec = OVERVIEW.architectures[arch].layers;
  const { stride } = spec.find((one) => one.name === layer);
  const bias = run.arrays[`bias/${layer}`]?.data[kernel] ?? 0;
  const map = featureMap(input, height, width, channels, bank, kernel, bias, stride);
  const largest = Math.max(...map.values.map(Math.abs), 1e-12);
  const limit = bank.largest("kernels", bank.count - 1, kernel);
  const { k } = bank;
  const best = map.values.indexOf(Math.max(...map.values));
  let [row, col, seen, timer] = [Math.floor(best / map.width), best % map.width, map.values.length, 0]; // where it fits best

  const scene = h("canvas", { width: width * 4, height: height * 4, tabindex: 0, "data-keys": true, role: "img", "aria-label": "The image with the frame of the kernel; arrow keys move it" });
  const small = image(data, number, {});
  const weights = raster(bank.width, bank.height, { "aria-label": "the kernel" });
  const products = raster(bank.width, bank.height, { "aria-label": "kernel times image, weight by weight" });
  const sheet = raster(map.width, map.height, { "aria-label": "feature map so far" });
  const after = raster(map.width, map.height, { "aria-label": "feature map after ReLU" });
  const sum = h("p", { class: "sum", "aria-live": "off" });
  const pooled = h("p", { class: "sum" });
  for (const on of [weights, products]) enlarge(on.canvas, Math.max(1, Math.floor(150 / bank.width)));
  for (const on of [sheet, after]) enlarge(on.canvas, Math.max(1, Math.floor(220 / map.width)));
  bank.draw(weights, 0, 0, bank.count - 1, kernel, { mode: "kernels", own: true, colours: look.colours });
  weights.show();

  function show() {
    const context = scene.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, scene.width, scene.height);
    context.strokeStyle = "#d62f20";
    context.lineWidth = 3;
    context.strokeRect(col * stride * 4 + 1.5, row * stride * 4 + 1.5, k * 4 - 3, k * 4 - 3);
    const product = new Float64Array(bank.size);
    const from = bank.from(bank.count - 1, kernel);
    let total = 0;
    for (let at = 0; at < bank.size; at++) {
      const [c, i, j] = [Math.floor(at / (k * k)), Math.floor(at / k) % k, at % k];
      product[at] = bank.weights[from + at] * input[((row * stride + i) * width + col * stride + j) * channels + c];
      total += product[at];
    }
    for (let c = 0; c < bank.channels; c++) paint(products, Math.floor(c / bank.side) * (k + 1), (c % bank.side) * (k + 1), product, c * k * k, k, limit, look.colours);
    products.show();
    seen = Math.max(seen, row * map.width + col + 1);
    map.values.forEach((value, at) => {
      sheet.pixels[at] = at < seen ? colour(value, largest, look.colours) : 0;
      after.pixels[at] = at < seen ? colour(Math.max(value, 0), largest, look.colours) : 0;
    });
    sheet.show();
    after.show();
    sum.textContent = `sum ${label(total)} ${bias < 0 ? "−" : "+"} bias ${label(Math.abs(bias))} = ${label(total + bias)}`;
    pooled.textContent = poolingWords(spec, map, seen);
  }
  function move(to) {
    row = Math.max(0, Math.min(map.height - 1, to[0]));
    col = Math.max(0, Math.min(map.width - 1, to[1]));
    show();
  }
  const drag = (event) => {
    const box = scene.getBoundingClientRect();
    move([Math.round((((event.clientY - box.top) / box.height) * height - k / 2) / stride), Math.round((((event.clientX - box.left) / box.width) * width - k / 2) / stride)]);
  };
  scene.addEventListener("pointerdown", (event) => { scene.setPointerCapture(event.pointerId); stop(); drag(event); });
  scene.addEventListener("pointermove", (event) => { if (event.buttons) drag(event); });
  scene.addEventListener("keydown", (event) => {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    stop();
    move([row + by[0], col + by[1]]);
  });
  const button = h("button", { type: "button", onclick: () => (timer ? stop() : slide()) }, "Slide");
  function slide() {
    if (seen === map.values.length) [row, col, seen] = [0, 0, 1];
    button.textContent = "Pause";
    const pace = Math.max(1, Math.round(map.values.length / 600)); // all of it in some ten seconds
    timer = setInterval(() => {
      if (!scene.isConnected) return stop();
      const at = Math.min(map.values.length - 1, row * map.width + col + pace);
      move([Math.floor(at / map.width), at % map.width]);
      if (at === map.values.length - 1) stop();
    }, 16);
  }
  function stop() {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Slide";
  }
  const whole = h("button", { type: "button", onclick: () => { stop(); seen = map.values.length; show(); } }, "Whole map");
  const part = (title, ...nodes) => h("figure", {}, h("figcaption", {}, title), nodes);
  show();
  return h("div", {}, h("div", { class: "bar" }, button, whole),
    h("div", { class: "stage" }, part("Image", scene), part("Kernel", weights.canvas), part("Kernel × image", products.canvas, sum), part("Feature map", sheet.canvas), part("After ReLU", after.canvas, pooled)));
}

// What the pooling after the first conv layer makes of the map so far.
function poolingWords(spec, map, seen) {
  const kinds = spec.map((layer) => layer.kind);
  const after = spec.slice(kinds.indexOf("conv") + 1).find((layer) => layer.kind !== "relu");
  const largest = Math.max(0, ...map.values.subarray(0, seen));
  if (after?.kind === "global_max_pool") return `Max-pooling keeps one number, the largest: ${label(largest)}`;
  if (after?.kind === "max_pool") return `Max-pooling keeps the largest of every ${after.size} × ${after.size}: ${Math.floor(map.height / after.size)} × ${Math.floor(map.width / after.size)} numbers`;
  return `Goes on to the next layer: ${map.height} × ${map.width} numbers`;
}
