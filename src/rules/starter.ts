import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckSettings, type RuleSet, STARTER } from '../model/check.ts';
import { compareText } from '../model/order.ts';

/** Where the starter rules lie: beside the sources, and in the package. */
const FOLDER = fileURLToPath(new URL('../../starter/rules/', import.meta.url));

/** The weights by which scripts are judged, beside them. */
const MODEL = fileURLToPath(new URL('../../starter/models/webshells.bin', import.meta.url));
/** Bytes of the SHA-256 that the file ends with. */
const SUM = 32;

/** The model of webshells that comes with Drydock; undefined where the file is missing. Its own digest is not checked here. */
export function starterModel(file: string = MODEL): CheckSettings['webshellModel'] {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const sum = Buffer.alloc(SUM);
    readSync(descriptor, sum, 0, SUM, Math.max(0, fstatSync(descriptor).size - SUM));
    return { file, digest: `sha256:${sum.toString('hex')}` };
  } finally {
    closeSync(descriptor);
  }
}

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
