import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultyMirror, startFaultyMirror } from '../../test/support/faulty-mirror.ts';
import { hasShared, readShared, sharedAbsent } from '../../test/support/shared.ts';
import { tar } from '../../test/support/tar.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { brokenRules, yaraRules } from '../../test/support/yara-rules.ts';
import { zip } from '../../test/support/zip.ts';
import type { CvdKeys } from '../formats/clamav/cvd-keys.ts';
import { type Dialer, offlineDialer } from '../net/dial.ts';
import { networkDialer } from '../net/network-dialer.ts';
import { installedRuleSets } from './installed.ts';
import { ruleSources } from './sources.ts';
import { type RuleUpdateOptions, type SetOutcome, updateRuleSets } from './update.ts';

let mirror: FaultyMirror;
let dialer: Dialer;
let folder: string;
const first = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-02T00:00:00Z');

beforeEach(async () => {
  mirror = await startFaultyMirror();
  dialer = networkDialer();
  folder = path.join(temporaryFolder(), 'sets');
});
afterEach(async () => {
  await dialer.close();
  mirror.close();
});

const names = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `rule_${from + i}`);
const archive = (text: string): Buffer =>
  gzipSync(
    tar([
      { path: 'own-main/LICENSE', content: 'Free for all.' },
      { path: 'own-main/rules/a.yar', content: text },
    ]),
  );

async function update(more: Partial<RuleUpdateOptions> = {}): Promise<SetOutcome> {
  const targets = [{ name: 'own', url: `${mirror.url}/own.tar.gz` }];
  const downloadLimits = { backOffMs: 1, backOffMaximumMs: 2, attempts: 2 };
  const [outcome] = await updateRuleSets({ folder, targets, dialer, now: first, downloadLimits, ...more });
  return outcome as SetOutcome;
}

const serve = (bytes: Buffer): void => {
  mirror.files = new Map([['own.tar.gz', bytes]]);
};
const empty = (): void => {
  mirror.files = new Map();
};
/** What a scan would read now. */
const texts = (): string[] =>
  installedRuleSets(folder).ruleSets.flatMap(({ files }) => files.map((file) => readFileSync(file, 'utf8')));

describe('updateRuleSets', () => {
  it('fetches an archive once, and asks with its entity tag from then on', async () => {
    serve(archive(yaraRules(names(3))));
    const outcome = await update();
    expect(outcome).toMatchObject({
      status: 'updated',
      notes: [],
      record: {
        url: `${mirror.url}/own.tar.gz`,
        author: 'A. Tester',
        current: { folder: 'g1', parts: [{ kind: 'yara', files: ['rules/a.yar'], counts: { loaded: 3, lost: 0 } }] },
      },
    });
    expect(readdirSync(path.join(folder, 'own/g1')).sort()).toEqual(['LICENSE', 'rules']);
    const again = await update({ now: later });
    expect(again).toMatchObject({ status: 'unchanged', record: { checkedAt: later.toISOString() } });
    expect(again.record?.current.updatedAt).toBe(first.toISOString());
    expect(mirror.requests.map(({ status, conditional }) => [status, conditional])).toEqual([
      [200, false],
      [304, true],
    ]);
  });

  it('takes what changed, and keeps the generation before', async () => {
    serve(archive(yaraRules(names(3))));
    await update();
    serve(archive(yaraRules(names(4))));
    expect(await update({ now: later })).toMatchObject({
      status: 'updated',
      record: { current: { folder: 'g2' }, previous: { folder: 'g1', updatedAt: first.toISOString() } },
    });
    expect(texts()).toEqual([yaraRules(names(4))]);
  });

  it('knows the same rules in another archive', async () => {
    serve(archive(yaraRules(names(3))));
    await update();
    const { ruleSets } = installedRuleSets(folder);
    serve(zip([{ name: 'own-main/rules/a.yar', content: yaraRules(names(3)) }]));
    expect(await update()).toMatchObject({ status: 'unchanged', record: { current: { folder: 'g1' } } });
    expect(installedRuleSets(folder).ruleSets).toEqual(ruleSets);
  });

  it('fetches again what somebody took away here', async () => {
    serve(archive(yaraRules(names(3))));
    await update();
    const { rmSync } = await import('node:fs');
    rmSync(path.join(folder, 'own/g1'), { recursive: true });
    expect(await update()).toMatchObject({ status: 'updated' });
    expect(texts()).toEqual([yaraRules(names(3))]);
  });

  describe('keeps what it has', () => {
    const good = yaraRules(names(3));
    beforeEach(async () => {
      serve(archive(good));
      await update();
    });

    it.each<[string, () => void, RegExp]>([
      [
        'an archive that leads out of its folder',
        () => serve(tarOut),
        /own cannot be used: .*(?:out of|climbs|leaves|escapes)/,
      ],
      ['an archive that is damaged', () => serve(archive(yaraRules(names(9))).subarray(0, 200)), /own cannot be used/],
      ['no archive at all', () => serve(Buffer.from('<html>Sorry</html>')), /./],
      ['an archive without rules', () => serve(gzipSync(tar([{ path: 'README', content: 'x' }]))), /no files of rules/],
      ['a path that comes twice', () => serve(tarTwice), /comes twice/],
      ['nothing but broken rules', () => serve(archive(brokenRules(names(3)))), /no rules that can be used/],
      [
        'an answer that breaks off',
        () => mirror.faults.set('own.tar.gz', { hangsUp: true, part: (b) => b.subarray(0, 50) }),
        /asked \d+ times|shorter|closed/,
      ],
      ['an error of the server', () => mirror.faults.set('own.tar.gz', { status: 500, body: '' }), /HTTP 500/],
      ['an archive that is gone', () => empty(), /is not there/],
    ])('for %s', async (_, spoil, words) => {
      const before = installedRuleSets(folder);
      spoil();
      const { status, error, record } = await update({ now: later });
      expect([status, error?.message]).toEqual(['failed', expect.stringMatching(words)]);
      expect(record?.current.folder).toBe('g1');
      expect(installedRuleSets(folder)).toEqual(before);
      expect(texts()).toEqual([good]);
      expect(readdirSync(path.join(folder, 'own')).sort()).toEqual(['g1', 'set.json']);
    });

    it('where more than a tenth of the rules is broken, unless it is told otherwise', async () => {
      const bad = `${yaraRules(names(8))}${brokenRules(names(1, 100))}`;
      serve(archive(bad));
      const { status, error } = await update();
      expect([status, error?.message]).toEqual([
        'failed',
        expect.stringMatching(/^1 of 9 rules of own cannot be used, mostly because: .*unused pattern.* --force/),
      ]);
      const forced = await update({ force: true });
      expect(forced).toMatchObject({ status: 'updated', notes: [expect.stringMatching(/^1 of 9 rules/)] });
      // What was forced once is no reason to refuse the next one, which is no worse.
      serve(archive(`${bad}\n`));
      expect(await update()).toMatchObject({ status: 'updated' });
    });

    it('where a tenth of the rules is broken not: the others are of use', async () => {
      serve(archive(`${yaraRules(names(18))}${brokenRules(names(2, 100))}`));
      expect(await update()).toMatchObject({ status: 'updated', notes: [expect.stringMatching(/^2 of 20 rules/)] });
    });

    it('where more than half of the rules is gone', async () => {
      serve(archive(yaraRules(names(1))));
      expect((await update()).error?.message).toMatch(/^own has 1 rules, and had 3\. --force/);
      expect(await update({ force: true })).toMatchObject({ status: 'updated' });
    });

    it('where the digest is another one than was asked for', async () => {
      const next = archive(yaraRules(names(4)));
      serve(next);
      const target = (sha256: string) => [{ name: 'own', url: `${mirror.url}/own.tar.gz`, sha256 }];
      const wrong = await update({ targets: target('0'.repeat(64)) });
      expect(wrong.error?.message).toMatch(/^own has the digest sha256:[0-9a-f]{64}, not sha256:0{64}$/);
      const right = createHash('sha256').update(next).digest('hex');
      expect(await update({ targets: target(right) })).toMatchObject({ status: 'updated' });
      // What is here already is held against it, too.
      expect(await update({ targets: target(right) })).toMatchObject({ status: 'unchanged' });
      expect(await update({ targets: target('0'.repeat(64)) })).toMatchObject({ status: 'failed' });
    });

    it('without a network', async () => {
      const { error } = await update({ dialer: offlineDialer() });
      expect(error).toMatchObject({
        code: 'feed.unreachable',
        message: expect.stringMatching(/no network is allowed/),
      });
    });

    it.each<[string, (abort: () => void) => void]>([
      ['before rules are compiled', (abort) => abort()],
      // Compiling holds the event loop up: what happens meanwhile is heard after it.
      ['while rules are compiled', (abort) => setImmediate(() => setImmediate(abort))],
    ])('where it is interrupted %s', async (_, when) => {
      serve(archive(yaraRules(names(4))));
      const stop = new AbortController();
      const abort = (): void => stop.abort(new Error('stop'));
      const progress = { report: (step: string) => void (step.includes('loading') && when(abort)) };
      await expect(update({ signal: stop.signal, progress })).rejects.toThrow('stop');
      expect(readdirSync(path.join(folder, 'own')).sort()).toEqual(['g1', 'set.json']);
      expect(texts()).toEqual([good]);
    });
  });

  it('says where nothing but the connection could show whose rules they are', async () => {
    const bytes = archive(yaraRules(names(3)));
    serve(bytes);
    // A host elsewhere, which in truth is the mirror.
    const elsewhere = dialer.request.bind(dialer);
    const far: Dialer = {
      offline: false,
      hosts: new Set(),
      request: async (url, request) => await elsewhere(new URL(url.pathname, mirror.url), request),
      contacted: () => {},
      close: async () => {},
    };
    const url = 'http://rules.example/own.tar.gz';
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const pinned = await update({ dialer: far, targets: [{ name: 'own', url, sha256 }] });
    expect([pinned.status, pinned.notes]).toEqual(['updated', []]);
    serve(archive(yaraRules(names(4))));
    const plain = await update({ dialer: far, targets: [{ name: 'own', url }] });
    expect([plain.status, plain.notes]).toEqual(['updated', [expect.stringMatching(/^it came without TLS/)]]);
  });

  it('goes on with the others where one fails', async () => {
    mirror.files = new Map([['b.yar', Buffer.from(yaraRules(names(2)))]]);
    const targets = ['a', 'b'].map((name) => ({ name, url: `${mirror.url}/${name}.yar` }));
    const outcomes = await updateRuleSets({ folder, targets, dialer, now: first });
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'updated']);
    expect(readdirSync(folder).sort()).toEqual(['b', 'lock']);
  });

  it('says where the licence is no longer what it was', async () => {
    const source = ruleSources.find(({ name }) => name === 'reversinglabs')!;
    const make = (licence: string): Buffer =>
      gzipSync(
        tar([
          { path: 'x-1/LICENSE', content: licence },
          { path: 'x-1/yara/a.yara', content: yaraRules(names(2)) },
          { path: 'x-1/other/b.yara', content: yaraRules(names(2, 10)) },
        ]),
      );
    const targets = [{ name: source.name, url: `${mirror.url}/own.tar.gz`, source }];
    serve(make('Pay us.'));
    const outcome = await update({ targets });
    expect(outcome).toMatchObject({ status: 'updated', record: { licence: 'MIT', author: 'ReversingLabs' } });
    expect(outcome.record?.current.parts.map(({ files }) => files)).toEqual([['yara/a.yara']]);
    expect(outcome.notes).toEqual([expect.stringMatching(/^its licence was MIT, and the archive does not say so/)]);
    serve(make('Permission is hereby granted, free of charge'));
    expect((await update({ targets, force: true })).notes).toEqual([]);
  });
});

const tarOut = gzipSync(tar([{ path: '../../../outside.yar', content: 'rule x { condition: true }' }]));
const tarTwice = gzipSync(tar(['x', 'y'].map((content) => ({ path: 'a.yar', content }))));

describe.skipIf(!hasShared)(`a mirror of ClamAV (skipped where ${sharedAbsent})`, () => {
  const container = (file: string): Buffer => readShared(`fixtures/clamav/cvd/${file}`);
  const keys = (): CvdKeys =>
    (JSON.parse(readShared('fixtures/clamav/cvd/cases.json').toString()) as { ownKeys: CvdKeys }).ownKeys;
  const targets = () => [{ name: 'clamav', url: `${mirror.url}/db/` }];

  it('takes the containers that are there, and what changed in them', async () => {
    mirror.files = new Map([
      ['db/main.cvd', container('dock.cvd')],
      ['db/daily.cvd', container('dock-plain.cvd')],
    ]);
    const outcome = await update({ targets: targets(), keys: keys() });
    expect(outcome).toMatchObject({
      status: 'updated',
      record: {
        current: {
          parts: [{ kind: 'clamav', files: ['daily.cvd', 'main.cvd'], counts: { lost: 0 } }],
          proof: expect.stringMatching(/^main\.cvd version 7 of .*, signature verified; daily\.cvd version 7/),
        },
      },
    });
    expect(await update({ targets: targets(), keys: keys() })).toMatchObject({ status: 'unchanged' });
    mirror.files = new Map([...mirror.files, ['db/daily.cvd', container('dock.cvd')]]);
    expect(await update({ targets: targets(), keys: keys() })).toMatchObject({ status: 'updated' });
    expect(mirror.requests.filter(({ path: one }) => one === 'db/main.cvd').map(({ status }) => status)).toEqual([
      200, 304, 304,
    ]);
    expect(readFileSync(path.join(folder, 'clamav/g2/main.cvd')).equals(container('dock.cvd'))).toBe(true);
  });

  it.each(['bad-md5.cvd', 'bad-signature.cvd', 'bad-content.cvd', 'bad-truncated.cvd'])('refuses %s', async (bad) => {
    mirror.files = new Map([
      ['db/main.cvd', container('dock.cvd')],
      ['db/daily.cvd', container(bad)],
    ]);
    expect(await update({ targets: targets(), keys: keys() })).toMatchObject({
      status: 'failed',
      error: { code: 'feed.refused', message: expect.stringMatching(/^clamav cannot be used: /) },
    });
    expect(installedRuleSets(folder)).toEqual({ ruleSets: [], problems: [] });
  });

  it('refuses a database that is older than the one in use, unless it is told otherwise', async () => {
    mirror.files = new Map([['db/main.cvd', container('dock.cvd')]]);
    await update({ targets: targets(), keys: keys() });
    const file = path.join(folder, 'clamav/set.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"versions":{"main.cvd":7}', '"versions":{"main.cvd":8}'));
    mirror.files = new Map([['db/main.cvd', container('dock-plain.cvd')]]);
    const outcome = await update({ targets: targets(), keys: keys() });
    expect(outcome.error?.message).toBe('main.cvd of clamav has version 7, and 8 is here already. --force takes it');
    expect(await update({ targets: targets(), keys: keys(), force: true })).toMatchObject({ status: 'updated' });
  });

  it('refuses what another key signed', async () => {
    mirror.files = new Map([['db/main.cvd', container('dock.cvd')]]);
    expect((await update({ targets: targets() })).error?.message).toMatch(/signature of its header is wrong/);
  });

  it('is no mirror of ClamAV', async () => {
    mirror.files = new Map();
    expect((await update({ targets: targets() })).error?.message).toMatch(/has none of main\.cvd, daily\.cvd/);
  });
});
