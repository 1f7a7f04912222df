import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { tar } from '../../test/support/tar.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { yaraRules } from '../../test/support/yara-rules.ts';
import { UsageError } from '../errors.ts';
import { importRuleSet, nameOf, type RuleImportOptions } from './import.ts';
import { installedRuleSets } from './installed.ts';

let folder: string;
let place: string;
const now = new Date('2026-01-01T00:00:00Z');

beforeEach(() => {
  folder = path.join(temporaryFolder(), 'sets');
  place = temporaryFolder();
});

function put(name: string, content: string | Uint8Array): string {
  const file = path.join(place, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const take = async (source: string, more: Partial<RuleImportOptions> = {}) =>
  await importRuleSet({ folder, path: source, name: 'own', now, ...more });

/** A container that nobody signed, around a tar that is not compressed. */
function unsignedContainer(files: Readonly<Record<string, string>>): Buffer {
  const header = 'ClamAV-VDB:01 Jan 2024 00-00 +0000:1:1:51:X:X:tester:1704067200';
  const lines = Object.entries(files).map(
    ([name, text]) => `${name}:${Buffer.byteLength(text)}:${createHash('sha256').update(text).digest('hex')}`,
  );
  const info = `${header}\n${lines.join('\n')}\n`;
  const members = [
    { path: 'COPYING', content: 'ours' },
    { path: 'own.info', content: info },
    ...Object.entries(files).map(([name, content]) => ({ path: name, content })),
  ];
  return Buffer.concat([Buffer.from(header.padEnd(512)), gzipSync(tar(members))]);
}

describe('importRuleSet', () => {
  it('takes every kind of a folder, and passes over the rest', async () => {
    put('yara/a.yar', yaraRules(['a', 'b']));
    put('sigs/x.hdb', '44d88612fea8a8f36de82e1278abb02f:68:Test.File\n');
    put('known.sha256', `${'0'.repeat(64)}  known bad\n`);
    put('README.md', 'rules');
    put('.git/objects/x.yar', 'no rule');
    const outcome = await take(place, { licence: 'MIT' });
    expect(outcome).toMatchObject({ status: 'updated', record: { licence: 'MIT' } });
    expect(installedRuleSets(folder).ruleSets.map(({ name, kind, files }) => [name, kind, files.length])).toEqual([
      ['own:digests', 'digests', 1],
      ['own:clamav', 'clamav', 1],
      ['own:yara', 'yara', 1],
    ]);
    const counts = outcome.record?.current.parts.map(({ kind, counts: { loaded, lost } }) => [kind, loaded, lost]);
    expect(counts).toEqual([
      ['digests', 1, 0],
      ['clamav', 1, 0],
      ['yara', 2, 0],
    ]);
  });

  it('copies: what happens to the originals is of no consequence', async () => {
    const file = put('a.yar', yaraRules(['a']));
    await take(file);
    put('a.yar', 'no rule');
    const [set] = installedRuleSets(folder).ruleSets;
    expect(set?.files[0]?.startsWith(folder)).toBe(true);
  });

  it('takes an archive', async () => {
    const file = put('own.tgz', gzipSync(tar([{ path: 'x/a.yar', content: yaraRules(['a']) }])));
    expect(await take(file)).toMatchObject({
      status: 'updated',
      record: { current: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect(await take(file)).toMatchObject({ status: 'unchanged' });
  });

  it('takes a file for what somebody says it is', async () => {
    const file = put('bad.txt', `${'1'.repeat(32)},a family\nnot a digest\n`);
    expect((await take(file)).error?.message).toMatch(/no files of rules/);
    const outcome = await take(file, { kind: 'digests', force: true });
    expect(outcome.record?.current.parts).toMatchObject([{ kind: 'digests', counts: { loaded: 1, lost: 1 } }]);
  });

  it('takes a container that nobody signed only when it is told to', async () => {
    const file = put('own.cud', unsignedContainer({ 'own.hdb': '44d88612fea8a8f36de82e1278abb02f:68:Test.File\n' }));
    expect((await take(file)).error?.message).toMatch(/it is not signed/);
    const outcome = await take(file, { unsigned: true });
    expect(outcome.record?.current.parts).toMatchObject([
      { kind: 'clamav', files: ['own.cud/own.hdb'], counts: { loaded: 1 } },
    ]);
  });

  it('takes no container of ClamAV that somebody else signed', async () => {
    const file = put('main.cvd', unsignedContainer({ 'own.hdb': 'x' }));
    expect((await take(file, { unsigned: true })).error?.message).toMatch(/header is wrong/);
  });

  it('refuses what is not there', async () => {
    await expect(take(path.join(place, 'nowhere'))).rejects.toBeInstanceOf(UsageError);
    await expect(take('/dev/null')).rejects.toThrow(/neither a folder nor a file/);
  });

  it('refuses what is too large before it reads it', async () => {
    const file = put('a.yar', yaraRules(['a']));
    const limits = { files: 1, entries: 10, fileBytes: 10, containerBytes: 10, totalBytes: 1000 };
    expect((await take(place, { limits })).error?.message).toMatch(/a\.yar has more than 10 bytes/);
    await expect(take(file, { limits: { ...limits, totalBytes: 5 } })).rejects.toThrow(/more than 5 bytes/);
  });
});

describe('nameOf', () => {
  it.each<[string, string | undefined]>([
    ['/var/lib/clamav', 'clamav'],
    ['/tmp/My Rules.tar.gz', 'my-rules'],
    ['own.zip', 'own'],
    ['/x/rules.v2.yar', 'rules.v2'],
    ['/x/signature-base-master/', 'signature-base-master'],
    ['/', undefined],
  ])('%s: %s', (source, name) => {
    expect(nameOf(source)).toBe(name);
  });
});
