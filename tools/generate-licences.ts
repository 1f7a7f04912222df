import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/*
 * Writes src/formats/spdx/licence-list.ts from the packages spdx-license-ids (CC0-1.0) and spdx-exceptions (CC-BY-3.0):
 * `node tools/generate-licences.ts`. A test holds the file to them.
 */

const load = createRequire(import.meta.url);
const current = load('spdx-license-ids') as string[];
const deprecated = load('spdx-license-ids/deprecated.json') as string[];
const exceptions = [...(load('spdx-exceptions') as string[]), ...(load('spdx-exceptions/deprecated.json') as string[])];

/** Lines of at most 116 characters, joined by blanks when they are read. */
function wrapped(ids: readonly string[]): string {
  const lines = [''];
  for (const id of ids.toSorted()) {
    const last = lines.length - 1;
    if (lines[last] !== '' && lines[last]!.length + id.length + 1 > 116) lines.push(id);
    else lines[last] = lines[last] === '' ? id : `${lines[last]} ${id}`;
  }
  return lines.map((line) => `  ${line}\n`).join('');
}

writeFileSync(
  new URL('../src/formats/spdx/licence-list.ts', import.meta.url),
  `// Written by tools/generate-licences.ts.

/** Identifiers of the SPDX Licence List (spdx.org/licenses), the deprecated ones among them, with blanks between. */
export const licenceIds = \`
${wrapped([...current, ...deprecated])}\`;

/** Identifiers of the exceptions of the same list (spdx.org/licenses/exceptions-index.html). */
export const exceptionIds = \`
${wrapped(exceptions)}\`;
`,
);
