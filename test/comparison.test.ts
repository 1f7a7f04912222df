import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './support/run.ts';
import { hasShared, readShared } from './support/shared.ts';

interface Row {
  readonly name: string;
  readonly answer: string;
  readonly why: string;
}

const text = readFileSync(path.join(projectRoot, 'docs/comparison.md'), 'utf8');

/** The rows of all tables; what a command has in it may hold a bar. */
const rows: readonly Row[] = text
  .split('\n')
  .filter((line) => /^\| [^|]/.test(line))
  .map((line) => {
    const [name = '', answer = '', ...why] = line.slice(1, -1).split('|');
    return { name: name.trim(), answer: answer.trim(), why: why.join('|').trim() };
  })
  .filter(({ name }) => name !== '');

/** What stands in the first column of the tables of the matrix, without marks. */
function namesOf(matrix: string): string[] {
  const lines = matrix.split('\n');
  return lines
    .filter((line, index) => /^\| /.test(line) && !/^\|-/.test(lines[index + 1] ?? ''))
    .map((line) => line.split('|')[1]!.trim());
}

describe('docs/comparison.md', () => {
  it.skipIf(!hasShared)('has every row of the matrix of other scanners', () => {
    const peers = readShared('reference/peers.md').toString('utf8');
    const matrix = peers.slice(peers.indexOf('## 1. '), peers.indexOf('## 2. '));
    const names = namesOf(matrix);
    const ours = new Set(rows.map(({ name }) => name));

    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !ours.has(name))).toEqual([]);
  });

  it('answers each row with yes and a command, or with why not', () => {
    const wrong = rows.filter(({ answer, why }) => {
      if (answer === 'yes') return !/`drydock [a-z]|\]\([^)]+\)/.test(why);
      return (answer !== 'no' && answer !== 'partly') || why.replaceAll(/`[^`]*`/g, '').length < 20;
    });

    expect(rows.length).toBeGreaterThan(120);
    expect(wrong).toEqual([]);
  });

  it('names each thing once', () => {
    const names = rows.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
