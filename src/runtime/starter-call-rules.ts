import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareText } from '../model/order.ts';
import type { RuleText } from './call-rules/read-falco-rules.ts';

/** Where our own rules on calls lie: beside the sources, and in the package. */
const FOLDER = fileURLToPath(new URL('../../starter/call-rules/', import.meta.url));

/** What all of them use: read first. */
const SHARED = 'macros.yaml';

/** The rules on calls that come with Drydock; empty where the folder is missing. */
export function starterCallRules(folder: string = FOLDER): readonly RuleText[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== SHARED);
  } catch {
    return [];
  }
  if (names.length === 0) return [];
  return [SHARED, ...names.sort(compareText)].map((name) => ({
    file: name,
    text: readFileSync(path.join(folder, name), 'utf8'),
  }));
}
