// Settings in words: what each means, as the reference of the config says it, and its value with its unit.

import { OVERVIEW } from "../data.js";
import { table, textColumn } from "../dom.js";
import { label } from "../format.js";

const UNIT = / \(([^()]+)\)/; // in the first sentence of a meaning
const PAIR = /smallest and largest|share of|pixels/; // meanings of two numbers from a range
const firstSentence = (text) => text.split(/(?<=[^A-Z])\. /)[0];

// Return the unit of a setting, as it is read after its value: “pixels”, “of the rows”; "" if it has none.
function unitOf(meaning) {
  const unit = UNIT.exec(firstSentence(meaning))?.[1] ?? "";
  return /^(share of|pixels|seconds|MB)/.test(unit) ? unit.replace(/^share /, "") : "";
}

// Return a value as words with its unit.
function valueWords(key, value, meaning = "") {
  const unit = unitOf(meaning);
  return `${plain(key, value, meaning)}${unit && value !== null ? ` ${unit}` : ""}`;
}

function plain(key, value, meaning) {
  if (value === null || value === undefined) return "default";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return label(value);
  if (Array.isArray(value)) {
    if (!value.length) return "none";
    if (key === "image_size") return value.join(" × ");
    const isRange = value.length === 2 && value.every((item) => typeof item === "number") && PAIR.test(meaning);
    return isRange ? (value[0] === value[1] ? label(value[0]) : `${label(value[0])} to ${label(value[1])}`) : value.map((item) => plain(key, item, "")).join(", ");
  }
  if (typeof value === "object") return Object.entries(value).map(([name, item]) => `${name.replaceAll("_", " ")}: ${plain(key, item, "")}`).join(", ") || "none";
  return String(value).replaceAll("_", " ");
}

const meaningOf = (words, key) => words[key] ?? "";
const sentence = (text) => firstSentence(text).replace(UNIT, "").replace(/\.?$/, ".");

// Return a table of the settings of a dataset.
export function datasetSettings(dataset, settings) {
  const words = OVERVIEW.words.datasets[dataset] ?? {};
  const rows = Object.entries(settings).map(([key, value]) => [key.replaceAll("_", " "), valueWords(key, value, meaningOf(words, key)), sentence(meaningOf(words, key))]);
  return table("How this dataset was made.", [textColumn("setting", (row) => row[0]), textColumn("value", (row) => row[1]), textColumn("meaning", (row) => row[2])], rows);
}

// Return a table of the training settings in which two architectures differ, or null if there are none.
export function trainingDifferences(left, right) {
  const [a, b] = [left, right].map((arch) => ({ ...OVERVIEW.architectures[arch].training, control: OVERVIEW.architectures[arch].control }));
  const words = { ...OVERVIEW.words.training, control: "What makes this network a control of another." };
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
  if (!keys.length) return null;
  const rows = keys.map((key) => [key.replaceAll("_", " "), valueWords(key, a[key], meaningOf(words, key)), valueWords(key, b[key], meaningOf(words, key)), sentence(meaningOf(words, key))]);
  return table("Settings of the training that differ.", [textColumn("setting", (row) => row[0]), textColumn(left, (row) => row[1]), textColumn(right, (row) => row[2]), textColumn("meaning", (row) => row[3])], rows);
}
