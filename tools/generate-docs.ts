import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentChecks } from '../src/checks/document.ts';
import { checks } from '../src/checks/index.ts';
import { loadCommands } from '../src/cli/commands/index.ts';
import { ecosystemsPage } from '../src/cli/ecosystems-page.ts';
import { configurationReference } from '../src/cli/reference.ts';
import { ecosystems } from '../src/ecosystems/index.ts';
import { errorCodes } from '../src/errors.ts';
import { problemCodes } from '../src/model/problem.ts';
import { documentJsonSchema } from '../src/report/json-schema.ts';
import { reportPicture } from './report-picture.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

function errorsPage(): string {
  const errors = Object.entries(errorCodes).map(
    ([code, { exit, http, meaning }]) => `| \`${code}\` | ${exit} | ${http} | ${meaning} |`,
  );
  const problems = Object.entries(problemCodes).map(
    ([code, { incomplete, meaning }]) => `| \`${code}\` | ${incomplete ? 'yes' : 'no'} | ${meaning} |`,
  );
  return `# Errors and problems

<!-- Generated from src/errors.ts and src/model/problem.ts by \`npm run docs\`; do not edit. -->

## Errors

An error ends a command, or the work on one of several images. Its message says what happened, to what, and what to do.

| Code | Exit status | HTTP status | Meaning |
|---|---|---|---|
${errors.join('\n')}

## Problems

A problem is something about an image that could not be read or judged, or that is odd enough to say. It never ends a
scan: it stands in the report, with layer and path. Those that make a report incomplete mean that it may miss findings;
with \`--require-complete\` the exit status is then 4, or 5 where advisories are missing.

| Code | Incomplete | Meaning |
|---|---|---|
${problems.join('\n')}
`;
}

/** Every generated page by its path, with what it must contain. */
export async function generatedDocs(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/errors.md', errorsPage()],
    ['docs/config.md', configurationReference(await loadCommands())],
    ['docs/ecosystems.md', ecosystemsPage(ecosystems)],
    ['docs/checks.md', documentChecks(checks)],
    ['docs/report.schema.json', documentJsonSchema()],
    ['docs/images/report.svg', await reportPicture()],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of await generatedDocs()) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(name);
  }
}
