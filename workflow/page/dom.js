// Elements of the page. Data always becomes text, never markup.

export const SVG = "http://www.w3.org/2000/svg";
const SLICE = 10; // milliseconds of work at a time where the browser does not say how long it is idle

export const h = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
export const s = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...present(children));
  return element;
}

// Return children, or nested lists of children, as a flat list without null, undefined and false.
export const present = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

// Announce a line to screen readers.
export function say(text) {
  document.getElementById("said").textContent = text;
}

export function link(path, ...children) {
  return h("a", { href: address(path) }, ...children);
}

// Call act(deadline) when the browser has nothing else to do, or soon in browsers that do not say so.
export const idle = window.requestIdleCallback?.bind(window) ?? ((act) => setTimeout(() => {
  const end = performance.now() + SLICE;
  act({ timeRemaining: () => end - performance.now() });
}, SLICE));

export const address = (path) => "#/" + path.map(encodeURIComponent).join("/");

// Return a group of buttons, one of them pressed. options: [[value, text], ...]
export function choice(name, options, chosen, picked) {
  const buttons = options.map(([value, text]) =>
    h("button", { type: "button", "aria-pressed": String(value === chosen), onclick: () => press(value) }, text),
  );
  function press(value) {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(options[i][0] === value)));
    picked(value);
  }
  return h("span", { class: "choice", role: "group", "aria-label": name }, buttons);
}

// Return a menu. options: [[value, text], ...]
export function menu(name, options, chosen, picked) {
  const select = h("select", { onchange: () => picked(select.value) },
    options.map(([value, text]) => h("option", { value, selected: String(value) === String(chosen) }, text)));
  return h("label", {}, name, select);
}

export const same = (values) => values.map((value) => [value, String(value)]);

// Scroll a list that is wider than its place until one of its parts is in the middle.
export const reveal = (list, one) => { list.scrollLeft = one.offsetLeft - list.offsetLeft - (list.clientWidth - one.offsetWidth) / 2; };

// Return a verdict as a small label. words: in which it is said.
export const badge = (verdict, words = verdict) => h("span", { class: `verdict ${verdict.replaceAll(" ", "-")}` }, words);

// Call act(down, right) for an arrow key on an element; one of both is 1 or −1, the other 0. If it returns false, the key
// does what else it does.
export function onArrow(node, act) {
  node.addEventListener("keydown", (event) => {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (by && act(...by) !== false) event.preventDefault();
  });
}

// Wrap content that may be wider than the window, so that it scrolls separately; where it does, also with the keyboard.
export function scrolling(name, ...children) {
  const region = h("div", { class: "scroll" }, children);
  region.dataset.name = name;
  overflow.observe(region);
  return region;
}

const overflow = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const attributes = { tabindex: 0, role: "region", "aria-label": target.dataset.name };
    const isWide = target.scrollWidth > target.clientWidth;
    for (const [key, value] of Object.entries(attributes)) {
      if (isWide) target.setAttribute(key, value);
      else target.removeAttribute(key);
    }
  }
});

let tables = 0;

// Return a table. columns: [{text, show(row), value(row), words}]; a column with `value` is sorted by its header.
export function table(caption, columns, rows) {
  const body = h("tbody");
  const id = `caption-${tables++}`;
  const heads = columns.map((column) => h("th", { scope: "col", class: column.words ? "text" : null },
    column.value ? h("button", { type: "button", onclick: () => sort(column) }, column.text) : column.text));
  let last = null;
  let down = false;
  function sort(column) {
    down = last === column && !down;
    last = column;
    heads.forEach((head, i) => (columns[i] === column ? head.setAttribute("aria-sort", down ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
    fill([...rows].sort((a, b) => compared(column.value(a), column.value(b)) * (down ? -1 : 1)));
  }
  function fill(sorted) {
    body.replaceChildren(...sorted.map((row) => h("tr", {}, columns.map((column) => h("td", { class: column.words ? "text" : null, "data-label": column.text }, column.show(row))))));
  }
  fill(rows);
  return h("div", { class: "table" }, h("p", { class: "caption", id }, caption), scrolling(caption, h("table", { "aria-labelledby": id }, h("thead", {}, h("tr", {}, heads)), body)));
}

// Return a column of words; pick(row): the words of a row.
export const textColumn = (text, pick) => ({ text, words: true, value: pick, show: pick });

function compared(a, b) {
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null) ? 0 : (a ?? null) === null ? 1 : -1;
  return typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
}
