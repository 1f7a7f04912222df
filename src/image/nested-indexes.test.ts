import { describe, expect, it } from 'vitest';
import type { Problem } from '../model/problem.ts';
import { collectManifests, fetchManifests, type ReadIndex } from './nested-indexes.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const manifest = (digest: string, name?: string) => ({
  digest,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  ...(name !== undefined && { annotations: { 'org.opencontainers.image.ref.name': name } }),
});
const index = (digest: string, name?: string) => ({ ...manifest(digest, name), mediaType: indexType });

type Indexes = Readonly<Record<string, readonly object[]>>;

/** Walks `indexes` from the one called `top`, once as a layout does and once as a registry does. */
async function walked(indexes: Indexes) {
  const run = (): { asked: string[]; problems: Problem[]; read: (descriptor: { digest: string }) => ReadIndex } => {
    const asked: string[] = [];
    const read = ({ digest }: { digest: string }): ReadIndex => {
      asked.push(digest);
      const manifests = indexes[digest];
      return manifests === undefined
        ? { problems: [{ code: 'image.digest-mismatch', message: digest }], why: 'it is missing' }
        : { problems: [], root: { manifests } };
    };
    return { asked, problems: [], read };
  };
  const here = run();
  const there = run();
  const root = { manifests: indexes['top'] };
  const found = collectManifests(root, here.read, here.problems);
  expect(await fetchManifests(root, async (one) => there.read(one), there.problems)).toEqual(found);
  expect([there.asked, there.problems]).toEqual([here.asked, here.problems]);
  const messages = here.problems.map(({ code, message }) => `${code}: ${message}`);
  return {
    found: found.map(({ digest, name }) => (name === undefined ? digest : `${digest} ${name}`)),
    ...here,
    messages,
  };
}

describe('indexes in indexes', () => {
  it.each<[string, Indexes, string[], string[]]>([
    ['one', { top: [manifest('a'), index('i')], i: [manifest('b')] }, ['a', 'b'], ['i']],
    ['the same one twice', { top: [index('i'), index('i')], i: [manifest('a')] }, ['a'], ['i']],
    ['one that names itself', { top: [index('i')], i: [index('i'), manifest('a')] }, ['a'], ['i']],
    [
      'names, of the image before those of its index',
      { top: [index('i', 'outer')], i: [manifest('a'), manifest('b', 'own')] },
      ['a outer', 'b own'],
      ['i'],
    ],
    ['entries without a digest', { top: [{}, manifest('a')] }, ['a'], []],
  ])('are read: %s', async (_, indexes, found, asked) => {
    expect(await walked(indexes)).toMatchObject({ found, asked, messages: [] });
  });

  it.each<[string, Indexes, string[], string[]]>([
    [
      'one that is not there',
      { top: [index('i'), manifest('a')] },
      ['a'],
      ['image.digest-mismatch: i', 'image.layer-unreadable: the index "i" was not read: it is missing'],
    ],
    [
      'one that is empty',
      { top: [index('i'), manifest('a')], i: [] },
      ['a'],
      ['image.ambiguous: "i" is called an index, but names no images'],
    ],
    [
      'five below each other',
      { top: [index('1')], 1: [index('2')], 2: [index('3')], 3: [index('4')], 4: [index('5'), manifest('a')], 5: [] },
      ['a'],
      ['image.layer-unreadable: the index "5" was not read: too many indexes below each other'],
    ],
  ])('are said to be wrong: %s', async (_, indexes, found, messages) => {
    expect(await walked(indexes)).toMatchObject({ found, messages });
  });

  it('end after a thousand images, however they are spread', async () => {
    const many = (from: number) => Array.from({ length: 400 }, (_, i) => manifest(`${from + i}`));
    const top = [index('i'), ...many(0), index('j'), ...many(5000)];

    const { found, messages } = await walked({ top, i: many(1000), j: many(2000) });

    expect(found).toHaveLength(998);
    expect(messages).toEqual(['image.ambiguous: the index names more than 1000 images']);
  });
});
