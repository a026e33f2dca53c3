// Light or dark: as the reader chose it, or else as the system says.

const KEY = "kernelscope-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

// Let a button switch the theme, and remember the choice.
export function startTheme(button) {
  const show = (name) => {
    document.documentElement.dataset.theme = name;
    button.setAttribute("aria-label", name === "dark" ? "Light theme" : "Dark theme");
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    const name = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    remember(name);
    show(name);
  });
  system.addEventListener("change", () => show(remembered() ?? ofSystem()));
  show(remembered() ?? ofSystem());
}

const ofSystem = () => (system.matches ? "dark" : "light");

// A browser may refuse to store anything for a file.
function remembered() {
  try {
    const name = localStorage.getItem(KEY);
    return name === "dark" || name === "light" ? name : null;
  } catch {
    return null;
  }
}

function remember(name) {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // the choice then holds until the page is left
  }
}
