// How the modules of the page are linted. What imports and exports each other is checked by kernelscope.bundle.

const BROWSER = [
  ...["document", "window", "location", "console", "performance", "addEventListener", "matchMedia", "getComputedStyle", "innerWidth", "scrollTo"],
  ...["history", "localStorage", "URLSearchParams", "ResizeObserver", "clearTimeout"],
  ...["requestAnimationFrame", "cancelAnimationFrame", "setInterval", "clearInterval", "setTimeout"],
  ...["atob", "Blob", "DecompressionStream", "Image", "IntersectionObserver", "NodeFilter", "ResizeObserver", "Response", "TextDecoder", "URL", "XMLSerializer"],
];
const RULES = [
  ...["no-undef", "no-unused-vars", "no-unused-expressions", "no-implicit-globals", "no-import-assign", "no-redeclare", "no-const-assign"],
  ...["prefer-const", "no-var", "eqeqeq", "no-dupe-keys", "no-unreachable"],
];

module.exports = [
  {
    files: ["workflow/page/**/*.js"],
    languageOptions: {
      ecmaVersion: 2021, // without await outside of functions, which the bundle has no place for
      sourceType: "module",
      globals: Object.fromEntries(BROWSER.map((name) => [name, "readonly"])),
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { ...Object.fromEntries(RULES.map((name) => [name, "error"])), "no-shadow": ["error", { allow: ["_"] }] },
  },
];
