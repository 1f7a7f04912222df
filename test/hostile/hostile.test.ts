import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { archives } from './cases-archives.ts';
import { budgets } from './cases-budgets.ts';
import { compression } from './cases-compression.ts';
import { databases } from './cases-databases.ts';
import { languages } from './cases-languages.ts';
import { links } from './cases-links.ts';
import { manifests } from './cases-manifests.ts';
import { rpms } from './cases-rpm.ts';
import { extremes } from './cases-size.ts';
import { surroundings } from './cases-surroundings.ts';
import { tars } from './cases-tar.ts';
import { vanishing } from './cases-vanish.ts';
import { whiteouts } from './cases-whiteouts.ts';
import { xzAndBzip2 } from './cases-xz-bzip2.ts';

const groups = [
  ...archives,
  ...manifests,
  ...compression,
  ...tars,
  ...links,
  ...whiteouts,
  ...databases,
  ...languages,
  ...vanishing,
  ...rpms,
  ...xzAndBzip2,
  ...extremes,
  ...budgets,
  ...surroundings,
];

it('every case has a name of its own and expects something', () => {
  const cases = groups.flatMap((group) => group.cases);

  expect(new Set(cases.map((hostile) => hostile.name)).size).toBe(cases.length);
  for (const hostile of cases) {
    const { error, problems, packages, absent, files } = hostile;
    const expectations = [error, problems, packages, absent, files].filter((expectation) => expectation !== undefined);
    if (hostile.known !== undefined) expect(hostile.known.because, hostile.name).not.toBe('');
    // Versions that happen to be valid only must not crash.
    if (!hostile.name.includes(' version "')) expect(expectations.length, hostile.name).toBeGreaterThan(0);
  }
});

it('every group is in one of the files that are measured', () => {
  const folder = new URL('./', import.meta.url);
  const files = readdirSync(folder).filter((file) => /^hostile(?:-.*)?\.test\.ts$/.test(file));
  const imported = files.map((file) => readFileSync(new URL(file, folder), 'utf8').match(/'\.\/cases-.*'/g) ?? []);
  // This file is the one that has all of them.
  const [all, ...rest] = imported.toSorted((a, b) => b.length - a.length);
  expect(rest.flat().sort()).toEqual([...all!].sort());
});
