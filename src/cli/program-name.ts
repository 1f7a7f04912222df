import path from 'node:path';
import { escapeText } from '../report/escape.ts';

const plain = /^[\w./+@:,-]+$/;

/**
 * What to type to start this program again, as the launcher tells it in DRYDOCK_STARTED_AS: `./drydock` in a checkout,
 * `drydock` where that is found on the PATH. Quoted for a shell where it must be.
 */
export function programName(environment: Readonly<Record<string, string | undefined>>): string {
  const called = environment['DRYDOCK_STARTED_AS'];
  if (called === undefined || called === '') return 'drydock';
  // A shell that found a script on the PATH hands over where it found it.
  const folders = (environment['PATH'] ?? '').split(path.delimiter);
  const name = path.isAbsolute(called) && folders.includes(path.dirname(called)) ? path.basename(called) : called;
  return plain.test(name) ? name : escapeText(`'${name.replaceAll("'", `'\\''`)}'`);
}
