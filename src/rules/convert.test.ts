import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasShared, readShared, sharedAbsent, sharedPath } from '../../test/support/shared.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { openRules } from '../contents/yara/open-rules.ts';
import type { CvdKeys } from '../formats/clamav/cvd-keys.ts';
import { convertDatabase } from './convert.ts';

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function database(files: Readonly<Record<string, string | Uint8Array>>): { from: string; to: string } {
  const folder = temporaryFolder();
  const from = path.join(folder, 'db');
  mkdirSync(from);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(from, name), content);
  return { from, to: path.join(folder, 'out.yar') };
}

const hex = Buffer.from('harbour-marker').toString('hex');
const lines = {
  'own.ndb': `Own.Body:0:*:${hex}\nnot a line\n`,
  'own.hdb': '44d88612fea8a8f36de82e1278abb02f:68:Own.Hash\n',
  'own.fp': '44d88612fea8a8f36de82e1278abb02f:68:Allowed\n',
};

describe('convertDatabase', () => {
  it('writes what YARA can say, and counts the rest', async () => {
    const { from, to } = database(lines);
    const converted = await convertDatabase({ from, to });
    expect(converted).toEqual({ rules: 2, files: 3, malformed: 1, left: { lists: 1 }, refused: [] });
    const text = readFileSync(to, 'utf8');
    const { rules, count, lost } = openRules({ digest: 'convert-test', read: () => [{ file: 'out.yar', text }] });
    expect([count, lost]).toEqual([2, 0]);
    const found = (bytes: string): string[] => rules.scan(Buffer.from(bytes)).matches.map(({ rule }) => rule);
    expect(found('a harbour-marker here')).toEqual(['clamav_Own_Body']);
    expect(found('nothing')).toEqual([]);
    rules.close();
  });

  it.skipIf(!has('yara'))('writes what the program yara takes (skipped where it is not installed)', async () => {
    const { from, to } = database(lines);
    await convertDatabase({ from, to });
    const file = path.join(temporaryFolder(), 'sample');
    writeFileSync(file, 'a harbour-marker here');
    expect(execFileSync('yara', [to, file], { encoding: 'utf8' })).toBe(`clamav_Own_Body ${file}\n`);
  });

  it('takes one file', async () => {
    const { from, to } = database(lines);
    expect(await convertDatabase({ from: path.join(from, 'own.hdb'), to })).toMatchObject({ rules: 1, files: 1 });
  });

  it.skipIf(!hasShared)(`takes containers by their signatures (skipped where ${sharedAbsent})`, async () => {
    const { ownKeys: keys } = JSON.parse(readShared('fixtures/clamav/cvd/cases.json').toString()) as {
      ownKeys: CvdKeys;
    };
    const good = readFileSync(sharedPath('fixtures/clamav/cvd/dock.cvd'));
    const bad = readFileSync(sharedPath('fixtures/clamav/cvd/bad-content.cvd'));
    const { from, to } = database({ 'main.cvd': good, 'main.cld': 'ClamAV-VDB:x:9', 'daily.cvd': bad });
    const converted = await convertDatabase({ from, to, keys });
    expect(converted).toMatchObject({ files: 1, refused: [{ name: 'daily.cvd' }] });
    expect(converted.rules).toBeGreaterThan(0);
  });

  it('leaves nothing, and the old file, where it is interrupted', async () => {
    const { from, to } = database(lines);
    writeFileSync(to, 'old');
    const stop = new AbortController();
    const onFile = (name: string): void => {
      if (name === 'own.hdb') stop.abort(new Error('stop'));
    };
    await expect(convertDatabase({ from, to, signal: stop.signal, onFile })).rejects.toThrow('stop');
    expect(readFileSync(to, 'utf8')).toBe('old');
    expect(readdirSync(path.dirname(to)).sort()).toEqual(['db', 'out.yar']);
  });

  it.each<[string, (place: { from: string; to: string }) => { from: string; to: string }, RegExp]>([
    ['what is not there', ({ from, to }) => ({ from: `${from}-none`, to }), /is not there/],
    ['a folder without signatures', ({ to }) => ({ from: temporaryFolder(), to }), /no signatures of ClamAV/],
    ['a file in no folder', ({ from, to }) => ({ from, to: `${to}/none/x.yar` }), /cannot be written \(ENOENT\)/],
  ])('refuses %s', async (_, change, words) => {
    await expect(convertDatabase(change(database(lines)))).rejects.toThrow(words);
  });
});
