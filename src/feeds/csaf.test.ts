import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../test/support/feed-events.ts';
import { type FeedMirror, startFeedMirror } from '../../test/support/feed-mirror.ts';
import { tar } from '../../test/support/tar.ts';
import { csafFeed } from './csaf.ts';
import { readCsafIndex } from './csaf-index.ts';

const feed = csafFeed({
  name: 'mooring-vex',
  version: 1,
  title: 'Mooring',
  url: 'https://feeds.example',
  mirrorPath: 'vex',
  licence: 'CC0',
  folder: 'mooring-vex',
  keyOf: (path) => /^\d{4}\/(x-\d+)\.json$/.exec(path)?.[1],
  read: ({ id, title }) => ({
    notes: title === 'odd' ? ['something odd'] : [],
    ...(title !== 'empty' && {
      advisory: { key: id, id, aliases: [], severity: 'unknown', urls: [], affected: [], ...(title && { title }) },
    }),
  }),
});

const document = (id: string, title?: string, modified = '2024-01-01T00:00:00Z'): string =>
  JSON.stringify({
    document: { category: 'csaf_vex', csaf_version: '2.0', title, tracking: { id, current_release_date: modified } },
  });

let mirror: FeedMirror;
beforeEach(async () => {
  mirror = await startFeedMirror();
});
afterEach(() => mirror.close());

function serve(archive: Readonly<Record<string, string>>, changes: string[] = [], deletions: string[] = []): void {
  const members = Object.entries(archive).map(([path, content]) => ({ path, content }));
  mirror.set('vex/archive_latest.txt', 'all_2024-05-01.tar.zst\n');
  mirror.set('vex/all_2024-05-01.tar.zst', zstdCompressSync(tar(members)));
  list('changes', changes);
  list('deletions', deletions);
}

/** Rows as `day path`; the real lists are never empty. */
function list(name: 'changes' | 'deletions', rows: readonly string[]): void {
  const lines = [...rows, '01-01 2020/other.json'].map(
    (row) => `"${row.split(' ')[1]}","2024-${row.split(' ')[0]}T10:00:00+00:00"\n`,
  );
  mirror.set(`vex/${name}.csv`, lines.join(''));
}

const asked = (): string[] => mirror.requests.map(({ path, status }) => `${path.slice(4)} ${status}`);

describe('a feed of a CSAF directory', () => {
  it('loads the archive, then what changed after its day', async () => {
    serve({ '2024/x-1.json': document('x-1'), '2024/x-2.json': document('x-2'), 'readme.txt': 'x' }, [
      '05-02 2024/x-2.json',
      '04-30 2024/x-1.json',
    ]);
    mirror.set('vex/2024/x-2.json', document('x-2', 'later'));

    const run = await updateFrom(mirror, feed);

    expect(run.upserts.map(({ id, title }) => [id, title])).toEqual([
      ['x-1', undefined],
      ['x-2', undefined],
      ['x-2', 'later'],
    ]);
    expect(run.replaced).toEqual(['']);
    expect(run.notes).toEqual([]);
    expect(asked()).not.toContain('2024/x-1.json 200');
  });

  it('asks for nothing that did not change', async () => {
    serve({ '2024/x-1.json': document('x-1') }, ['05-02 2024/x-1.json']);
    mirror.set('vex/2024/x-1.json', document('x-1'));
    const { state } = await updateFrom(mirror, feed);
    mirror.requests.length = 0;

    const run = await updateFrom(mirror, feed, state);

    expect(run).toMatchObject({ upserts: [], removed: [], replaced: [], notes: [] });
    expect(asked().sort()).toEqual(['archive_latest.txt 200', 'changes.csv 304', 'deletions.csv 304']);
  });

  it('keeps records that are younger than the archive when that is loaded again', async () => {
    serve({ '2024/x-1.json': document('x-1') }, ['05-02 2024/x-2.json']);
    mirror.set('vex/2024/x-2.json', document('x-2'));

    const seen: string[] = [];
    const { upserts, replaced } = await updateFrom(mirror, {
      ...feed,
      async *update(from, context) {
        for await (const event of feed.update(from, context)) {
          seen.push(event.type);
          yield event;
        }
      },
    });

    expect(upserts.map(({ id }) => id)).toEqual(['x-1', 'x-2']);
    expect(replaced).toEqual(['']);
    // What is told after that would count as gone before.
    expect(seen.indexOf('replaced')).toBeGreaterThan(seen.lastIndexOf('upsert'));
  });

  it('pitfall 26: takes no day of the future for the last change', async () => {
    serve({ '2024/x-1.json': document('x-1', undefined, '9999-01-01T00:00:00Z') }, ['05-02 2024/x-1.json']);
    mirror.set('vex/archive_latest.txt', 'all_9999-05-01.tar.zst\n');
    mirror.set(
      'vex/all_9999-05-01.tar.zst',
      zstdCompressSync(tar([{ path: '2024/x-1.json', content: document('x-1') }])),
    );

    const { state } = await updateFrom(mirror, feed);

    expect(state?.['changed']).toContain('2024-05-02');
  });

  it.each(['changes', 'deletions'])('refuses a list of %s in which nothing can be read', async (name) => {
    serve({ '2024/x-1.json': document('x-1') });
    mirror.set(`vex/${name}.csv`, '{}');

    await expect(updateFrom(mirror, feed)).rejects.toThrow('has no line that can be read');
  });

  it('heals after a mirror that served the files of yesterday', async () => {
    const today = (): void => {
      serve({ '2024/x-1.json': document('x-1') }, ['05-03 2024/x-1.json', '05-02 2024/x-2.json']);
      mirror.set('vex/2024/x-1.json', document('x-1', 'today'));
      mirror.set('vex/2024/x-2.json', document('x-2', 'today'));
    };
    today();
    const one = await updateFrom(mirror, feed);
    serve({ '2024/x-1.json': document('x-1') }, ['05-02 2024/x-2.json']);
    mirror.set('vex/2024/x-1.json', document('x-1', 'yesterday'));
    const two = await updateFrom(mirror, feed, one.state);
    today();
    const three = await updateFrom(mirror, feed, two.state);

    expect(two.replaced).toEqual([]);
    expect(three.upserts.map(({ id, title }) => [id, title])).toEqual([['x-1', 'today']]);
  });

  it('fetches what changed since, and drops what was deleted', async () => {
    serve({ '2024/x-1.json': document('x-1'), '2024/x-2.json': document('x-2') }, ['05-02 2024/x-1.json']);
    mirror.set('vex/2024/x-1.json', document('x-1'));
    const { state } = await updateFrom(mirror, feed);
    list('changes', ['05-03 2024/x-3.json', '05-02 2024/x-1.json']);
    list('deletions', ['05-03 2024/x-2.json']);
    mirror.set('vex/2024/x-3.json', document('x-3'));

    const run = await updateFrom(mirror, feed, state);

    expect(run.upserts.map(({ id }) => id)).toEqual(['x-3']);
    expect(run.removed).toEqual(['x-2']);
    expect(run.replaced).toEqual([]);
  });

  it('keeps what came back after its deletion, also where the list of changes is the same', async () => {
    serve({ '2024/x-1.json': document('x-1') }, ['05-04 2024/x-1.json']);
    mirror.set('vex/2024/x-1.json', document('x-1'));
    const { state } = await updateFrom(mirror, feed);
    list('deletions', ['05-03 2024/x-1.json']);

    expect((await updateFrom(mirror, feed, state)).removed).toEqual([]);
  });

  it('takes a record back whose document says nothing any more', async () => {
    serve({ '2024/x-1.json': document('x-1') });
    const { state } = await updateFrom(mirror, feed);
    list('changes', ['05-03 2024/x-1.json']);
    mirror.set('vex/2024/x-1.json', document('x-1', 'empty'));

    expect((await updateFrom(mirror, feed, state)).removed).toEqual(['x-1']);
  });

  it('pitfall 27: puts up with single documents that are listed and not there', async () => {
    serve({ '2024/x-1.json': document('x-1') }, ['05-02 2024/x-7.json', '05-02 2024/x-1.json']);
    mirror.set('vex/2024/x-1.json', document('x-1', 'later'));

    const run = await updateFrom(mirror, feed);

    expect(run.notes).toEqual(['2024/x-7.json is listed as changed, but not there']);
    expect(run.upserts.at(-1)).toMatchObject({ title: 'later' });
  });

  it('pitfall 27: asks again for what could not be had, also where no list changed', async () => {
    serve({ '2024/x-1.json': document('x-1') }, ['05-02 2024/x-7.json', '05-02 2024/x-8.json']);
    mirror.set('vex/2024/x-8.json', '{"document":');
    const { state } = await updateFrom(mirror, feed);
    mirror.set('vex/2024/x-7.json', document('x-7'));
    const second = await updateFrom(mirror, feed, state);
    mirror.set('vex/2024/x-8.json', document('x-8'));
    const third = await updateFrom(mirror, feed, second.state);

    expect(second.upserts.map(({ key }) => key)).toEqual(['x-7']);
    expect(third.upserts.map(({ key }) => key)).toEqual(['x-8']);
    expect((await updateFrom(mirror, feed, third.state)).upserts).toEqual([]);
  });

  it('pitfall 27: fails where too many are not there', async () => {
    const missing = Array.from({ length: 30 }, (_, i) => `05-02 2024/x-${i}.json`);
    serve({ '2024/x-1.json': document('x-1') }, missing);

    await expect(updateFrom(mirror, feed)).rejects.toMatchObject({
      code: 'feed.refused',
      message: '30 of 31 documents of mooring-vex are unreadable',
    });
  });

  it.each([
    ['the name of the archive', 'archive_latest.txt', 'missing'],
    ['the archive', 'all_2024-05-01.tar.zst', 'missing'],
    ['the list of changes', 'changes.csv', 'missing'],
    ['the list of deletions', 'deletions.csv', '500'],
    ['the archive, cut short', 'all_2024-05-01.tar.zst', 'empty'],
  ] as const)('fails without %s', async (_, path, fault) => {
    serve({ '2024/x-1.json': document('x-1') });
    mirror.fault(`vex/${path}`, fault);

    await expect(updateFrom(mirror, feed)).rejects.toMatchObject({ code: expect.stringMatching(/^feed\./) });
  });

  it.each([
    ['a page', '<html></html>'],
    ['a path', '../../etc/passwd'],
    ['an address', 'https://other.example/x.tar.zst'],
  ])('does not take %s for the name of the archive', async (_, text) => {
    serve({ '2024/x-1.json': document('x-1') });
    mirror.set('vex/archive_latest.txt', text);

    await expect(updateFrom(mirror, feed)).rejects.toThrow(/names no archive|HTML/);
  });

  it('notes documents that cannot be read, and goes on', async () => {
    serve({ '2024/x-1.json': '{', '2024/x-2.json': document('x-2', 'odd') });

    const run = await updateFrom(mirror, feed);

    expect(run.upserts.map(({ id }) => id)).toEqual(['x-2']);
    expect(run.notes).toEqual([
      expect.stringMatching(/^2024\/x-1\.json: the CSAF document is no JSON/),
      '2024/x-2.json: something odd',
    ]);
  });

  it('goes by the newest document where the name of the archive has no day', async () => {
    serve({ '2024/x-1.json': document('x-1', undefined, '2024-05-02T11:00:00Z') }, [
      '05-03 2024/x-2.json',
      '05-02 2024/x-1.json',
    ]);
    mirror.set('vex/archive_latest.txt', 'vex.tar.zst');
    mirror.set(
      'vex/vex.tar.zst',
      zstdCompressSync(tar([{ path: '2024/x-1.json', content: document('x-1', 'a', '2024-05-02T11:00:00Z') }])),
    );
    mirror.set('vex/2024/x-2.json', document('x-2'));

    const run = await updateFrom(mirror, feed);

    expect(run.upserts.map(({ id }) => id)).toEqual(['x-1', 'x-2']);
    expect(run.notes).toEqual([]);
  });

  it('reads a folder', async () => {
    const run = await readFiles(feed, {
      '2024/x-1.json': document('x-1'),
      'changes.csv': '',
      'notes.txt': 'x',
    });

    expect(run.upserts.map(({ id }) => id)).toEqual(['x-1']);
    expect(run.notes).toEqual(['notes.txt is no file of this feed']);
    expect(run.replaced).toEqual(['']);
  });
});

describe('readCsafIndex', () => {
  it.each([
    ['quoted', '"2024/a.json","2024-08-04T10:17:22+00:00"\r\n', ['2024/a.json 2024-08-04T10:17:22.000000000Z'], 0],
    ['plain', '2024/a.json,2024-08-04T10:17:22Z\n\n', ['2024/a.json 2024-08-04T10:17:22.000000000Z'], 0],
    ['a path that leads out', '"../a.json","2024-08-04T10:17:22Z"\n', [], 1],
    ['an address', '"https://x.example/a.json","2024-08-04T10:17:22Z"\n', [], 1],
    ['no time', '"2024/a.json","yesterday"\n', [], 1],
    ['something endless', `${'a'.repeat(100_000)}\n`, [], 1],
    ['nothing', '', [], 0],
  ])('reads lines that are %s', (_, text, expected, unread) => {
    const index = readCsafIndex(Buffer.from(text));

    expect(index.rows.map(({ id, modified }) => `${id} ${modified}`)).toEqual(expected);
    expect(index.unread).toBe(unread);
  });
});
