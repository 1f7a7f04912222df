import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RuleSet, STARTER } from '../model/check.ts';
import { compareText } from '../model/order.ts';

/** Where the starter rules lie: beside the sources, and in the package. */
const FOLDER = fileURLToPath(new URL('../../starter/rules/', import.meta.url));

/** The rules that come with Drydock; undefined where the folder is missing. */
export function starterRules(folder: string = FOLDER): RuleSet | undefined {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.yar'));
  } catch {
    return undefined;
  }
  if (names.length === 0) return undefined;
  const files = names.sort(compareText).map((name) => path.join(folder, name));
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return { name: STARTER, kind: 'yara', files, digest: `sha256:${hash.digest('hex')}`, licence: 'Apache-2.0' };
}
