"use strict";
// One slider for all networks. The page renews itself while nobody touches it, and keeps the place of the slider.
(() => {
  const EVERY = 4000; // milliseconds
  const slider = document.getElementById("at");
  const films = [...document.querySelectorAll("[data-frames]")];
  let touched = 0; // when a reader did something

  function show() {
    for (const film of films) {
      const last = Math.max(1, film.dataset.frames - 1);
      film.style.backgroundPositionY = `${(100 * Math.round(slider.value * last)) / last}%`;
    }
    const steps = films.map((film) => {
      const all = film.dataset.steps.split(" ");
      return Number(all[Math.round(slider.value * (all.length - 1))]);
    });
    const [least, most] = [Math.min(...steps), Math.max(...steps)];
    const words = least === most ? `after step ${most}` : `after step ${least} to ${most}`;
    document.getElementById("step").textContent = most === 0 ? "before training" : words;
  }

  if (document.body.dataset.next) {
    location.replace(document.body.dataset.next);
  } else {
    const [, at] = location.hash.match(/^#at=([\d.]+)$/) ?? [];
    if (slider) {
      if (at) slider.value = at;
      slider.addEventListener("input", () => {
        show();
        history.replaceState(null, "", `#at=${slider.value}`);
      });
      show();
    }
    for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) {
      addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
    }
    setInterval(() => {
      if (!document.hidden && Date.now() - touched > EVERY) location.reload();
    }, EVERY);
  }
})();
