import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './support/run.ts';

/**
 * What goes wrong with feeds of advisories, in a few words. A test that shows how one of them is met has a title that
 * begins with its number: `pitfall 8: ...`.
 */
const pitfalls: readonly string[] = [
  'packages are named by their source or by themselves',
  'modules of rpm have streams',
  'epochs of rpm, and kernels side by side',
  'content sets of Red Hat and products beside the release',
  'pockets of Ubuntu Pro',
  'kernels of Ubuntu have many sources',
  'states of Debian',
  'a fix in version 0 means that nothing is affected',
  'branches of Alpine without data, packages without an origin, suffixes of versions',
  'events of OSV',
  'versions and ranges of OSV',
  'records of OSV that were withdrawn',
  'one vulnerability under several ids',
  'one id in the documents of two releases',
  'ecosystems that are called what they are not',
  'names of packages that are written in several ways',
  'versions of Go',
  'the order of semantic versions',
  'other orders of versions, and versions that none can read',
  'scores and words of several authors',
  'rejected CVEs, and ids that are none',
  'packages of a distribution are judged by it alone',
  'tests of OVAL for the release, the signature and the architecture',
  'repositories of Amazon Linux',
  'licences of the data',
  'dates that cannot be',
  'documents that are listed and not there',
  'releases that ended',
  'images without the version of their release',
  'notices that are told anew under the same id',
];

/** Titles of tests, with those of tables. */
const title = /['"`]pitfall (\d{1,2}): (?=\S)/g;

const found = new Map<number, string[]>();
for (const file of globSync('{src,test}/**/*.test.ts', { cwd: projectRoot })) {
  for (const [, number] of readFileSync(path.join(projectRoot, file), 'utf8').matchAll(title)) {
    const of = Number(number);
    found.set(of, [...(found.get(of) ?? []), file]);
  }
}

/** What went wrong with other scanners: a test of how that is met has the number in its title. */
const lessons: Readonly<Record<string, string>> = {
  'T-01': 'a name that only looks like that of a whiteout is a file',
  'T-03': 'packages name the layer that brought them',
  'T-08': 'bad input is named, and costs only itself',
  'T-14': 'archives are unpacked by what is there, not by what they claim',
  'T-15': 'archives in archives take neither long nor a connection',
  'T-16': 'builds of a distribution are judged by it alone, and with their like',
  'T-17': 'a name alone is no match',
  'T-18': 'a version that cannot be read is no clean report',
  'T-19': 'two runs are the same',
  'T-20': 'a VEX statement that means nothing says so',
  'T-30': 'an update goes on where it stopped, and takes nothing away that can be used',
  'T-31': 'a database of a later form is refused in words',
  'T-34': 'every format has every kind of finding that it has a place for',
  'T-35': 'a severity that was raised is a difference',
};

const everything = globSync('{src,test}/**/*.ts', { cwd: projectRoot })
  .filter((file) => file !== 'test/pitfalls.test.ts')
  .map((file) => readFileSync(path.join(projectRoot, file), 'utf8'))
  .join('\n');

describe('what other scanners had to learn', () => {
  it.each(Object.entries(lessons))('%s has a test: %s', (number) => {
    expect(everything).toMatch(new RegExp(`['"\`(]${number}\\b`));
  });
});

describe('the pitfalls of feeds', () => {
  it.each(pitfalls.map((words, index) => ({ number: index + 1, words })))(
    'number $number has a test: $words',
    ({ number }) => {
      expect(found.get(number)).not.toBeUndefined();
    },
  );

  it('have no test of another number', () => {
    expect([...found.keys()].filter((number) => number < 1 || number > pitfalls.length)).toEqual([]);
  });
});
