import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentChecks } from '../src/checks/document.ts';
import { checks } from '../src/checks/index.ts';
import { documentSecretKinds } from '../src/checks/secrets/document-kinds.ts';
import { loadCommands } from '../src/cli/commands/index.ts';
import { ecosystemsPage } from '../src/cli/ecosystems-page.ts';
import { otherFlagsTable } from '../src/cli/other-scanners/table.ts';
import { configurationReference } from '../src/cli/reference.ts';
import { allFeeds } from '../src/cli/select-feeds.ts';
import { ecosystems } from '../src/ecosystems/index.ts';
import { errorCodes, exitStatus } from '../src/errors.ts';
import { problemCodes } from '../src/model/problem.ts';
import { documentCallRules } from '../src/runtime/call-rules/document.ts';
import { documentServiceRules } from '../src/runtime/service-scan/document.ts';
import { serviceRules } from '../src/runtime/service-scan/service-rules.ts';
import { reportPicture } from './report-picture.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** When a command ends so. */
const statusMeanings: Readonly<Record<keyof typeof exitStatus, string>> = {
  done: 'Done. A scan ends so whatever it found, unless one of the options below asks for another status.',
  findings:
    'A finding that is shown is at least as severe as `--fail-on` says. With `--exit-code N` it is N; without ' +
    '`--fail-on` any finding that is shown and not negligible then counts; `--fail-on negligible` counts those, too. ' +
    'Or `drydock verify` verified nothing; or `drydock explain` was asked for an id that no advisory has.',
  usage: 'An option, the configuration or an argument is wrong, or a report file cannot be written.',
  source: 'An image is not there or cannot be read at all. Others that were named with it are reported all the same.',
  incomplete:
    '`--require-complete`, and something was not read or not judged: a problem that makes the report incomplete.',
  advisories:
    '`--fail-on`, `--exit-code`, `--baseline` or `--require-complete`, and advisories for packages are missing; ' +
    '`--allow-incomplete` takes what was found. Or a `drydock db` command failed for a feed or ' +
    'for the database; or `drydock doctor` found that it cannot be used.',
  nodeTooOld: 'Drydock cannot start: Node.js is too old, or the first start could not fetch what it needs.',
  fault:
    'A fault in Drydock itself, or its source does not build; or `drydock doctor` found something that does not work.',
  interrupted: 'Interrupted by SIGINT (Ctrl-C).',
  terminated: 'Ended by SIGTERM.',
};

function errorsPage(): string {
  const statuses = Object.entries(exitStatus).map(
    ([name, status]) => `| ${status} | ${statusMeanings[name as keyof typeof exitStatus]} |`,
  );
  const errors = Object.entries(errorCodes).map(
    ([code, { exit, http, meaning }]) => `| \`${code}\` | ${exit} | ${http} | ${meaning} |`,
  );
  const problems = Object.entries(problemCodes).map(
    ([code, { incomplete, meaning }]) => `| \`${code}\` | ${incomplete ? 'yes' : 'no'} | ${meaning} |`,
  );
  return `# Errors and problems

<!-- Generated from src/errors.ts and src/model/problem.ts by \`npm run docs\`; do not edit. -->

## Exit statuses

| Status | When |
|---|---|
${statuses.join('\n')}

\`--exit-on-eol N\` ends a scan with N where the distribution of an image gets no security updates any more.

Where several apply, the first of these counts: 130 or 143, 70, 69, 2, 3, 5, 4, the N of \`--exit-on-eol\`, 1 or the N of
\`--exit-code\`, 0. So \`--fail-on high\` ends with 5 where advisories are missing, whatever was found.

## Errors

An error ends a command, or the work on one of several images. Its message says what happened, to what, and what to do.
The code stays the same when its words change. The HTTP status is what the service answers with (docs/api.md).

| Code | Exit status | HTTP status | Meaning |
|---|---|---|---|
${errors.join('\n')}

## Problems

A problem is something about an image that could not be read or judged, or that is odd enough to say. It never ends a
scan: it stands in the report, with layer and path. Those that make a report incomplete mean that it may miss findings;
with \`--require-complete\` the exit status is then 4, or 5 where advisories are missing. \`--fail-on\`, \`--exit-code\` and
\`--baseline\` end with 5 there, too, unless \`--allow-incomplete\` is given.

| Code | Incomplete | Meaning |
|---|---|---|
${problems.join('\n')}
`;
}

/** The page for who comes from another scanner: its table alone is generated. */
function migrationPage(): string {
  const page = readFileSync(path.join(root, 'docs/migrate.md'), 'utf8');
  return page.replace(/(<!-- Generated [^>]*-->\n\n)[\s\S]*$/, (_, start: string) => start + otherFlagsTable());
}

/** Every generated page by its path, with what it must contain. */
export async function generatedDocs(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/errors.md', errorsPage()],
    ['docs/migrate.md', migrationPage()],
    ['docs/config.md', configurationReference(await loadCommands())],
    ['docs/ecosystems.md', ecosystemsPage(ecosystems, await allFeeds())],
    ...[...documentChecks(checks)].map(([name, text]) => [`docs/${name}`, text] as const),
    ['docs/checks/secret-kinds.md', documentSecretKinds()],
    ...[...(await documentCallRules())].map(([name, text]) => [`docs/${name}`, text] as const),
    ['docs/service-rules.md', documentServiceRules(await serviceRules())],
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
