// A slider over the training, with play, single steps and speed; a view with a player draws in `show(t)`.

import { h, menu, s } from "./dom.js";
import { keep, kept } from "./state.js";

const SPEEDS = [[4, "0.4×"], [10, "1×"], [25, "2.5×"]]; // snapshots per second
let current = null; // the player of the current view, for the keys

// Return a player over `count` snapshots, which begins where the reader was. words(t): the slider's text at snapshot t.
// steps: the step of each snapshot, which all views share; rates: change per step from each snapshot to the next, drawn above the slider.
export function makePlayer(count, words, show, { steps = null, rates = null } = {}) {
  const last = count - 1;
  let now = steps && kept("step") !== null ? at(Number(kept("step"))) : last;
  let speed = 10;
  let frame = 0;
  let since = 0;
  const slider = h("input", { type: "range", min: 0, max: last, value: now, step: 1, "aria-label": "Snapshot of the training", oninput: () => go(Number(slider.value)) });
  const output = h("output");
  const button = h("button", { type: "button", class: "play", "aria-pressed": "false", "aria-label": "Play", onclick: toggle });
  drawButton();

  function at(step) {
    let t = last;
    while (t > 0 && steps[t] > step) t--;
    return t;
  }
  function go(t) {
    now = Math.max(0, Math.min(last, t));
    if (steps) keep("step", now === last ? null : steps[now]);
    draw();
  }
  function draw() {
    slider.value = now;
    slider.setAttribute("aria-valuetext", words(now));
    output.textContent = words(now);
    show(now);
  }
  function drawButton() {
    button.setAttribute("aria-pressed", String(frame !== 0));
    button.replaceChildren(frame ? "❚❚" : "▶", h("span", {}, frame ? "Pause" : "Play"));
    button.setAttribute("aria-label", frame ? "Pause" : "Play");
  }
  function toggle() {
    if (frame) return stop();
    if (now === last) go(0);
    since = performance.now();
    frame = requestAnimationFrame(tick);
    drawButton();
  }
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    drawButton();
  }
  function tick(time) {
    const passed = Math.floor(((time - since) * speed) / 1000);
    if (passed > 0) {
      since += (passed * 1000) / speed;
      go(now + passed);
    }
    if (now === last) return stop();
    frame = requestAnimationFrame(tick);
  }
  const moving = () => [
    button,
    h("button", { type: "button", class: "step", "aria-label": "One snapshot back", onclick: () => go(now - 1) }, "◀"),
    h("button", { type: "button", class: "step", "aria-label": "One snapshot on", onclick: () => go(now + 1) }, "▶"),
    h("span", { class: "track" }, rates && scent(rates), slider), output,
    h("span", { class: "speed" }, menu("Speed", SPEEDS, speed, (value) => { speed = Number(value); since = performance.now(); })),
  ];
  const node = h("div", { class: "bar player", role: "group", "aria-label": "Training" }, last > 0 ? moving() : output);
  current = { node, go, toggle, stop, refresh: draw, get now() { return now; }, last };
  return current;
}

// Return the change per step as a silhouette above the slider, so that the reader sees where to look.
function scent(rates) {
  const [width, height, largest] = [rates.length, 20, Math.max(...rates.filter(Number.isFinite), 1e-12)];
  const y = (rate) => (height * (1 - (Number.isFinite(rate) ? rate : 0) / largest)).toFixed(2);
  const path = rates.map((rate, i) => `L${i} ${y(rate)}L${i + 1} ${y(rate)}`).join("");
  return [
    s("svg", { class: "scent", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" }, s("path", { d: `M0 ${height}${path}L${width} ${height}Z` })),
    h("span", { class: "of-scent" }, "change per step"),
  ];
}

// Return the player of the current view, or null.
export const currentPlayer = () => current;

export function leavePlayer() {
  current?.stop();
  current = null;
}

// Whether a key belongs to what has the focus: a control, or a region that the arrow keys scroll.
function isTaken(event) {
  if (event.target.closest("input, select, [data-keys]")) return true;
  if (event.key === " ") return Boolean(event.target.closest("button, summary, a"));
  const region = event.target.closest(".scroll");
  return Boolean(region && region.scrollWidth > region.clientWidth);
}

// Keys move the player unless what has the focus uses them.
document.addEventListener("keydown", (event) => {
  if (!current || event.altKey || event.ctrlKey || event.metaKey || isTaken(event)) return;
  const act = { " ": () => current.toggle(), ArrowRight: () => current.go(current.now + 1), ArrowLeft: () => current.go(current.now - 1), Home: () => current.go(0), End: () => current.go(current.last) }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});
