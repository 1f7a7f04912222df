import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { alpineRejections } from './rejections.ts';
import { alpineReleases } from './releases.ts';

const main = 'dnsmasq:\n- CVE-2021-45951\n- CVE-2021-45952\nodd: text\nother:\n- nonsense\n';

describe('alpineRejections', () => {
  it('states for every branch that a package is not affected', async () => {
    const { upserts, notes, replaced } = await readFiles(alpineRejections, { 'main.yaml': main, 'x.yaml': '' });

    expect(upserts.map(({ key }) => key)).toEqual([
      'main.yaml/dnsmasq/CVE-2021-45951',
      'main.yaml/dnsmasq/CVE-2021-45952',
    ]);
    expect(upserts[0]?.affected.map(({ namespace }) => namespace)).toEqual(
      alpineReleases.map(({ version }) => `alpine:${version}`),
    );
    expect(new Set(upserts.flatMap(({ affected }) => affected.map(({ state }) => state)))).toEqual(
      new Set(['not-affected']),
    );
    expect(replaced).toEqual(['main.yaml/']);
    expect(notes).toEqual([
      'main.yaml: odd has no list of CVEs',
      'main.yaml: other: "nonsense" is no CVE',
      'x.yaml is no document of this feed',
    ]);
  });

  it.each(['- a\n- b\n', 'a: [', 'a: &x [CVE-2021-1111]\na: *x\n'])('refuses %j', async (text) => {
    await expect(readFiles(alpineRejections, { 'main.yaml': text })).rejects.toThrow();
  });

  it('reads an empty list', async () => {
    expect((await readFiles(alpineRejections, { 'community.yaml': '---\n' })).upserts).toEqual([]);
  });

  it('pitfall 27: does with one of its lists, and asks for each with its validator', async () => {
    const mirror = await startFeedMirror();
    try {
      await expect(updateFrom(mirror, alpineRejections)).rejects.toThrow('no list of rejections is there');
      mirror.set('alpine-rejections/main.yaml', main);
      const first = await updateFrom(mirror, alpineRejections);
      const second = await updateFrom(mirror, alpineRejections, first.state);

      expect(first.upserts).toHaveLength(2);
      expect(first.notes).toContain('community.yaml is not there');
      expect(second.upserts).toEqual([]);
    } finally {
      mirror.close();
    }
  });
});
