import { describe, expect, test } from 'vitest';
import { smallReport } from '../../../test/support/small-map.ts';
import type { ImageKnowledge } from '../../model/topology.ts';
import { type ContainerEntry, HostState } from './host-state.ts';
import { Knowledge, MOST_IMAGES } from './knowledge.ts';

test('images that nobody asks for any more make room for others', async () => {
  const none: ImageKnowledge = { state: 'unknown', packages: [], packagesOf: () => [], hasFile: () => false };
  const knowledge = new Knowledge({ of: async () => none });
  const host = new HostState('a');
  host.take(smallReport({ id: 'a', containers: [{ name: 'x' }] }), 0);
  const [container] = host.containers.values();
  const ask = async (image: string, now: number): Promise<ImageKnowledge | undefined> => {
    const one = { ...container!, facts: { ...container!.facts, image: { id: image, reference: image } } };
    knowledge.of(one, now);
    await Promise.resolve();
    return knowledge.of(one, now);
  };
  for (let count = 0; count < MOST_IMAGES; count++) await ask(`image-${count}`, 1000);
  expect(await ask('one more', 2000)).toBeUndefined();
  expect(await ask('image-0', 61_000)).toBe(none);
  expect(await ask('one more', 61_000)).toBe(none);
  // The one that was asked for just now is still there, without another question.
  expect(await ask('image-0', 61_000)).toBe(none);
});

describe('what one host says', () => {
  const clean: ImageKnowledge = { state: 'known', packages: [], packagesOf: () => [], hasFile: () => true };
  const none: ImageKnowledge = { ...clean, state: 'unknown' };

  function hostOf(id: string, sender: string) {
    const host = new HostState(id);
    host.take(smallReport({ id, containers: [{ name: 'x' }] }), 0);
    host.sender = sender;
    const [container] = host.containers.values();
    return (image: string, reference = image) => ({
      ...container!,
      facts: { ...container!.facts, image: { id: image, reference } },
    });
  }
  async function ask(knowledge: Knowledge, one: ContainerEntry, now = 0) {
    knowledge.of(one, now);
    await Promise.resolve();
    return knowledge.of(one, now);
  }

  test('of an image by a digest in its name is nothing that another host has', async () => {
    const stored = `sha256:${'c'.repeat(64)}`;
    const knowledge = new Knowledge({ of: async ({ reference }) => (reference.endsWith(stored) ? clean : none) });
    const [liar, honest] = [hostOf('a', 'one'), hostOf('b', 'two')];
    const id = `sha256:${'1'.repeat(64)}`;
    expect(await ask(knowledge, liar(id, `x@${stored}`))).toBe(clean);
    expect(await ask(knowledge, honest(id, 'shop:1'))).toBe(none);
    expect(knowledge.judge(honest(id, 'shop:1'), [], 0).knowledge).toBe(none);
  });

  test.each(['b', undefined])('of images that are none takes no colour from others (own host: %s)', async (own) => {
    const knowledge = new Knowledge({ of: async ({ id }) => (id.startsWith('real') ? clean : none) }, own);
    const [liar, honest] = [hostOf('a', 'one'), hostOf('b', 'two')];
    for (let count = 0; count <= MOST_IMAGES; count++) knowledge.of(liar(`fake-${count}`), 0);
    await Promise.resolve();
    for (let count = 0; count < 20; count++) expect(await ask(knowledge, honest(`real-${count}`))).toBe(clean);
    for (let count = 0; count < MOST_IMAGES; count++) knowledge.of(liar(`other-${count}`), 1);
    for (let count = 0; count < 20; count++) expect(knowledge.of(honest(`real-${count}`), 2)).toBe(clean);
  });
});
