import { describe, expect, it } from 'vitest';
import type { ImageKnowledge, KnownPackage } from '../../model/topology.ts';
import { unknownImage } from '../../runtime/topology/image-knowledge.ts';
import { joinKnowledge } from './join-knowledge.ts';

const one = (name: string, more: Partial<KnownPackage> = {}): KnownPackage => ({
  ...{ name, version: '1', purl: `pkg:deb/${name}@1`, vulnerabilities: [{ id: `CVE-${name}`, severity: 'high' }] },
  ...more,
});

function known(packages: readonly KnownPackage[], files: Readonly<Record<string, readonly number[]>>): ImageKnowledge {
  return { state: 'known', packages, packagesOf: (path) => files[path] ?? [], hasFile: (path) => path in files };
}

/** Names of the packages that a file belongs to. */
const namesOf = (knowledge: ImageKnowledge, path: string) =>
  knowledge.packagesOf(path).map((index) => knowledge.packages[index]?.name);

const own = known([one('a'), one('b')], { '/bin/a': [0], '/bin/b': [1], '/bin/both': [0, 1] });
const stored: ImageKnowledge = {
  ...known([one('b', { observed: { use: 'executed', files: ['/bin/b'] } }), one('c')], { '/bin/c': [1] }),
  page: 'page',
};

describe('what is known of an image twice', () => {
  it('is what is stored, where that knows the files', () => {
    expect(joinKnowledge(own, stored)).toBe(stored);
  });

  it('has the files of the own scan where nobody else knows them, and the packages and runs of the store', () => {
    const joined = joinKnowledge(own, { ...stored, packagesOf: () => [], withoutFiles: true });
    expect(joined.withoutFiles).toBeUndefined();
    expect(joined.page).toBe('page');
    expect(joined.packages.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
    expect(joined.packages.find(({ name }) => name === 'b')?.observed?.use).toBe('executed');
    expect(['/bin/a', '/bin/b', '/bin/both', '/bin/c'].map((path) => namesOf(joined, path))).toEqual([
      ['a'],
      ['b'],
      ['a', 'b'],
      [],
    ]);
  });

  it('is what is stored where the own scan is not done', () => {
    const { withoutFiles, page } = joinKnowledge(unknownImage('scanning'), { ...stored, withoutFiles: true });
    expect([withoutFiles, page]).toEqual([true, 'page']);
  });

  it('is the own scan where nothing is stored, and why not where there is none', () => {
    const missing = unknownImage('unknown', 'not stored');
    expect(joinKnowledge(own, missing)).toBe(own);
    expect(joinKnowledge(unknownImage('scanning'), missing).state).toBe('scanning');
    expect(joinKnowledge(unknownImage('failed', 'damaged'), missing).reason).toBe('damaged');
    expect(joinKnowledge(unknownImage('unknown'), missing).reason).toBe('not stored');
    expect(joinKnowledge(unknownImage('unknown'), { ...missing, page: 'page' }).page).toBe('page');
  });
});
