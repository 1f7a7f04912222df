import { requiredNames } from './requirement.ts';

/**
 * Names of the packages that the `requires.txt` of an egg asks for without any extra: the lines before the first section, and
 * those of sections that only a marker limits (`[:python_version < "3"]`).
 * Source: setuptools, "The Internal Structure of Python Eggs", "requires.txt".
 */
export function parseRequiresTxt(bytes: Uint8Array): readonly string[] {
  const wanted: string[] = [];
  let isWanted = true;
  for (const line of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n')) {
    const text = line.trim();
    if (text.startsWith('[')) isWanted = text.startsWith('[:');
    else if (isWanted && text !== '' && wanted.length < MAX_LINES) wanted.push(text);
  }
  return requiredNames(wanted);
}

const MAX_LINES = 10_000;
