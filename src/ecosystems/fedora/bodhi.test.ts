import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { type FeedMirror, startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { fedoraBodhi } from './bodhi.ts';

function update(id: string, more: object = {}): object {
  return {
    alias: id,
    title: 'curl-8.9.1-3.fc41',
    severity: 'medium',
    type: 'security',
    status: 'stable',
    date_pushed: '2025-03-29 12:00:00',
    release: { name: 'F41', version: '41', id_prefix: 'FEDORA' },
    bugs: [{ title: 'CVE-2025-0001 curl: x' }],
    builds: [{ nvr: 'curl-8.9.1-3.fc41', type: 'rpm', epoch: 0 }],
    ...more,
  };
}

let mirror: FeedMirror;
beforeEach(async () => {
  mirror = await startFeedMirror();
});
afterEach(() => mirror.close());

const only41 = new Set(['fedora:41']);

function address(page: number, since?: string): string {
  const more = since === undefined ? '' : `&pushed_since=${since}`;
  return `fedora-bodhi/updates/?releases=F41&status=stable&type=security&rows_per_page=100&page=${page}${more}`;
}

function setPage(page: number, pages: number, updates: readonly object[], since?: string): void {
  mirror.set(address(page, since), JSON.stringify({ updates, page, pages, total: 1 }));
}

describe('fedoraBodhi', () => {
  it('reads all pages of a release, by source packages', async () => {
    setPage(1, 2, [update('FEDORA-2025-0000000001')]);
    setPage(2, 2, [update('FEDORA-2025-0000000002', { date_pushed: '2025-03-01 00:00:00' })]);
    const { upserts, replaced, state } = await updateFrom(mirror, fedoraBodhi, {}, only41);

    expect(upserts.map(({ key }) => key)).toEqual(['41/FEDORA-2025-0000000001', '41/FEDORA-2025-0000000002']);
    expect(upserts[0]).toEqual({
      key: '41/FEDORA-2025-0000000001',
      id: 'FEDORA-2025-0000000001',
      aliases: ['CVE-2025-0001'],
      severity: 'medium',
      title: 'curl-8.9.1-3.fc41',
      urls: ['https://bodhi.fedoraproject.org/updates/FEDORA-2025-0000000001'],
      modified: '2025-03-29T12:00:00Z',
      affected: [
        {
          namespace: 'fedora:41',
          package: 'curl',
          nameKind: 'source',
          state: 'fixed',
          ranges: [{ fixed: '8.9.1-3.fc41' }],
        },
      ],
    });
    expect(replaced).toEqual(['41/']);
    expect(state?.['F41']).toBe('2025-03-29');
  });

  it('asks later only for what was pushed since', async () => {
    setPage(1, 1, [update('FEDORA-2025-0000000001')]);
    const one = await updateFrom(mirror, fedoraBodhi, {}, only41);
    setPage(1, 1, [update('FEDORA-2025-0000000001')], '2025-03-29');
    const two = await updateFrom(mirror, fedoraBodhi, one.state, only41);
    expect(two.replaced).toEqual([]);
    mirror.requests.splice(0);
    const three = await updateFrom(mirror, fedoraBodhi, two.state, only41);
    expect(three.upserts).toEqual([]);
    expect(mirror.requests).toEqual([{ path: address(1, '2025-03-29'), status: 304 }]);

    setPage(1, 1, [update('FEDORA-2025-0000000003', { date_pushed: '2025-04-02 00:00:00' })], '2025-03-29');
    const four = await updateFrom(mirror, fedoraBodhi, three.state, only41);
    expect(four.upserts.map(({ id }) => id)).toEqual(['FEDORA-2025-0000000003']);
    expect(JSON.parse(JSON.stringify(four.state))).toEqual({ F41: '2025-04-02' });
  });

  it('pitfall 26: asks for what was pushed since no day of the future', async () => {
    setPage(1, 1, [
      update('FEDORA-2025-0000000001'),
      update('FEDORA-2025-0000000002', { date_pushed: '9999-01-01 00:00:00' }),
    ]);

    expect((await updateFrom(mirror, fedoraBodhi, {}, only41)).state?.['F41']).toBe('2025-03-29');
    const { upserts, state } = await updateFrom(mirror, fedoraBodhi, { F41: '9999-01-01' }, only41);
    expect(upserts).toHaveLength(2);
    expect(state?.['F41']).toBe('2025-03-29');
  });

  it.each([
    ['of EPEL', { release: { name: 'EPEL-7', version: '7' } }, 'it is for EPEL-7'],
    ['of modules', { release: { name: 'F38M', version: '38' } }, 'it is for F38M'],
    ['of a release that is too old', { release: { name: 'F21', version: '21' } }, 'which is no longer read'],
    ['that is tested', { status: 'testing' }, 'it is testing, not stable'],
    ['of a container', { builds: [{ nvr: 'a-1-1', type: 'container' }] }, 'a-1-1 is no rpm'],
    ['without builds', { builds: [] }, 'it has no builds'],
  ])('leaves an update out that is one %s, and says so', async (_, more, words) => {
    const { upserts, notes } = await readFiles(fedoraBodhi, {
      'a.json': JSON.stringify(update('FEDORA-2025-1', more)),
    });

    expect(upserts).toEqual([]);
    expect(notes).toEqual([expect.stringContaining(words)]);
  });
});
