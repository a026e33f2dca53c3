// What a reader has chosen, which all views share and the address keeps: #/PATH?step=60&mode=change&scale=own&colors=gray&channel=0

const KEYS = ["step", "mode", "scale", "colors", "channel"];
const PAUSE = 250; // milliseconds; browsers refuse addresses that change too often
const chosen = {}; // key -> text; without a key, the view's own default holds
let timer = 0;

// Return what is chosen, as text, or null.
export const kept = (key) => chosen[key] ?? null;

// Choose a value for all views; null returns to the default.
export function keep(key, value) {
  const text = value === null ? undefined : String(value);
  if (chosen[key] === text) return;
  if (text === undefined) delete chosen[key];
  else chosen[key] = text;
  clearTimeout(timer);
  timer = setTimeout(writeAddress, PAUSE);
}

// Return the parts of the path in an address; what is behind the question mark is no part of it.
export const pathOf = (hash) => hash.replace(/^#\/?/, "").split("?")[0].split("/").filter(Boolean).map(decoded);

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// Take over the choices of the address, which a reload, a shared link or the Back button brings; a plain link has none.
export function readAddress() {
  clearTimeout(timer);
  const text = location.hash.split("?")[1];
  if (text !== undefined || history.state?.chosen) {
    const query = new URLSearchParams(text ?? "");
    for (const key of KEYS) {
      if (query.has(key)) chosen[key] = query.get(key);
      else delete chosen[key];
    }
  }
  writeAddress();
}

function writeAddress() {
  const query = new URLSearchParams(KEYS.flatMap((key) => (key in chosen ? [[key, chosen[key]]] : []))).toString();
  const path = location.hash.split("?")[0] || "#/";
  history.replaceState({ chosen: true }, "", query ? `${path}?${query}` : path);
}
