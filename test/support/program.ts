import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const projectRoot: string = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The command line as its source has it. */
export const sourceEntry: string = path.join(projectRoot, 'src/cli/main.ts');

/** `npm test` builds first; whoever calls vitest alone may have changed something since. */
export function isBuildFresh(): boolean {
  const stamp = statSync(path.join(projectRoot, 'dist/.stamp'), { throwIfNoEntry: false });
  if (stamp === undefined) return false;
  return ['src', 'bin'].every((folder) =>
    readdirSync(path.join(projectRoot, folder), { recursive: true, withFileTypes: true }).every((entry) => {
      if (!entry.isFile() || entry.name.endsWith('.test.ts')) return true;
      return statSync(path.join(entry.parentPath, entry.name)).ctimeMs <= stamp.mtimeMs;
    }),
  );
}

let entry: string | undefined;

/**
 * The file that Node.js runs for `drydock`: the built one where it is as new as the source, which is what users run and
 * takes half the time of the source.
 */
export function drydockEntry(): string {
  entry ??= isBuildFresh() ? path.join(projectRoot, 'dist/bundle/main.js') : sourceEntry;
  return entry;
}
