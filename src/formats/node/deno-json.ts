import { asRecord } from '../record.ts';
import { withoutComments } from './json-comments.ts';
import { entryValue, membersOf } from './json-parts.ts';
import { LockedPackages, type Lockfile } from './lockfile.ts';
import { specifiedPackage } from './specifier.ts';

/**
 * Reads what deno.json and deno.jsonc import (docs.deno.com/runtime/fundamentals/configuration, `imports` and `scopes`),
 * as far as a version is given.
 */
export function parseDenoJson(document: Uint8Array): Lockfile {
  const packages = new LockedPackages();
  const members = membersOf(withoutComments(document), packages);
  const maps: unknown[] = [];
  const imports = members.get('imports');
  if (imports !== undefined) maps.push(entryValue('imports', imports, packages));
  const scopes = members.get('scopes');
  if (scopes !== undefined) maps.push(...Object.values(asRecord(entryValue('scopes', scopes, packages)) ?? {}));
  for (const map of maps) {
    for (const target of Object.values(asRecord(map) ?? {})) {
      const found = typeof target === 'string' ? specifiedPackage(target) : undefined;
      if (found !== undefined) packages.add(found);
    }
  }
  return packages.finish();
}

// Blanks are counted, so that a file of nothing else costs no more than its length.
const IMPORT = /\b(?:from|import)\s{0,100}\(?\s{0,100}(?:"([^"\n]{4,2000})"|'([^'\n]{4,2000})')/g;

/** Packages that a source in JavaScript or TypeScript imports by name and version (`npm:`, `jsr:`) or by address. */
export function importedPackages(source: string): Lockfile {
  const packages = new LockedPackages();
  for (const [, double, single] of source.matchAll(IMPORT)) {
    const found = specifiedPackage((double ?? single)!);
    if (found !== undefined) packages.add(found);
  }
  return packages.finish();
}
