// A slider over the training, with play, single steps and speed; a view with a player draws in `show(t)`.

import { h, menu } from "./dom.js";

let current = null; // the player of the current view, for the keys

// Return a player over `count` snapshots; words(t) is the slider's text at snapshot t.
export function makePlayer(count, words, show) {
  let now = count - 1;
  let speed = 10; // snapshots per second
  let frame = 0;
  let since = 0;
  const slider = h("input", { type: "range", min: 0, max: count - 1, value: now, step: 1, "aria-label": "Snapshot of the training", oninput: () => go(Number(slider.value)) });
  const output = h("output");
  const button = h("button", { type: "button", "aria-pressed": "false", onclick: toggle }, "Play");

  function go(t) {
    now = Math.max(0, Math.min(count - 1, t));
    draw();
  }
  function draw() {
    slider.value = now;
    slider.setAttribute("aria-valuetext", words(now));
    output.textContent = words(now);
    show(now);
  }
  function toggle() {
    if (frame) return stop();
    if (now === count - 1) go(0);
    since = performance.now();
    button.textContent = "Pause";
    button.setAttribute("aria-pressed", "true");
    frame = requestAnimationFrame(tick);
  }
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    button.textContent = "Play";
    button.setAttribute("aria-pressed", "false");
  }
  function tick(time) {
    const passed = Math.floor(((time - since) * speed) / 1000);
    if (passed > 0) {
      since += (passed * 1000) / speed;
      go(now + passed);
    }
    if (now === count - 1) return stop();
    frame = requestAnimationFrame(tick);
  }
  const node = h("div", { class: "bar player", role: "group", "aria-label": "Training" },
    button,
    h("button", { type: "button", "aria-label": "One snapshot back", onclick: () => go(now - 1) }, "◀"),
    h("button", { type: "button", "aria-label": "One snapshot on", onclick: () => go(now + 1) }, "▶"),
    slider, output,
    menu("Speed", [[4, "slow"], [10, "usual"], [25, "fast"]], speed, (value) => { speed = Number(value); since = performance.now(); }));
  current = { node, go, toggle, stop, refresh: draw, get now() { return now; }, last: count - 1 };
  return current;
}

// Return the player of the current view, or null.
export const currentPlayer = () => current;

export function leavePlayer() {
  current?.stop();
  current = null;
}

// Keys move the player unless a focused control uses them.
document.addEventListener("keydown", (event) => {
  if (!current || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, [data-keys]")) return;
  if (event.key === " " && event.target.closest("button, summary, a")) return;
  const act = { " ": () => current.toggle(), ArrowRight: () => current.go(current.now + 1), ArrowLeft: () => current.go(current.now - 1), Home: () => current.go(0), End: () => current.go(current.last) }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});
