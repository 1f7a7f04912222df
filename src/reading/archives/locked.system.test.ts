import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { probeAny } from '../../../test/support/any-archive-probe.ts';
import { noise } from '../../../test/support/noise.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { zip } from '../../../test/support/zip.ts';

const folder = temporaryFolder();
mkdirSync(path.join(folder, 'tree'));
const large = noise(300_000);
writeFileSync(path.join(folder, 'tree/a.txt'), 'the first');
writeFileSync(path.join(folder, 'tree/large.bin'), large);
writeFileSync(path.join(folder, 'tree/zeros'), Buffer.alloc(400_000));

const digestOf = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** What a program makes, or undefined where it is not there. */
function made(command: string, file: string): Buffer | undefined {
  const target = path.join(folder, file);
  const { status } = spawnSync('sh', ['-ec', `{ ${command}; } >&2`, 'sh', target], { cwd: path.join(folder, 'tree') });
  return status === 0 ? readFileSync(target) : undefined;
}

const table = [
  ['zip', 'zip -q -P secret "$1" a.txt large.bin zeros'],
  ['zip, stored', 'zip -q -0 -P secret "$1" a.txt large.bin zeros'],
  ['zip, sizes behind bodies', 'zip -q -P secret - a.txt large.bin zeros | cat > "$1"'],
  ['7z, the old method', '7z a -bd -tzip -psecret "$1" a.txt large.bin zeros'],
  ['7z, AES of 256 bits', '7z a -bd -tzip -mem=AES256 -psecret "$1" a.txt large.bin zeros'],
  ['7z, AES of 192 bits', '7z a -bd -tzip -mem=AES192 -psecret "$1" a.txt large.bin zeros'],
  ['7z, AES of 128 bits, stored', '7z a -bd -tzip -mem=AES128 -mx=0 -psecret "$1" a.txt large.bin zeros'],
  ['7z, AES, by LZMA', '7z a -bd -tzip -mem=AES256 -mm=lzma -psecret "$1" a.txt large.bin zeros'],
] as const;

describe.each(table)('a zip archive that is locked by %s', (what, command) => {
  const file = `${what.replaceAll(/\W+/g, '-')}.zip`;
  const archive = made(command, file);
  const absent = archive === undefined ? `: ${what.split(/[ ,]/)[0]} is not there` : '';

  it.skipIf(archive === undefined).each(['at any place', 'compressed'] as const)(
    `is opened by a password, in a layer %s${absent}`,
    async (coming) => {
      const passwords = ['wrong', 'other', 'secret'];
      const { seen, problems } = await probeAny(archive as Buffer, file, { coming, passwords, temporary: folder });

      expect(problems).toEqual([]);
      expect(Object.fromEntries(seen.map(([at, text]) => [at, text.split(' 1')[0]]))).toMatchObject({
        [`${file}!/a.txt`]: 'the first',
        [`${file}!/large.bin`]: digestOf(large),
        [`${file}!/zeros`]: digestOf(Buffer.alloc(400_000)),
      });
    },
  );

  it.skipIf(archive === undefined)(`stays shut to the wrong ones${absent}`, async () => {
    // So many that the one byte by which the old method tells fits some of them.
    const passwords = Array.from({ length: 600 }, (_, number) => `wrong ${number}`);
    const { seen, problems } = await probeAny(archive as Buffer, file, { passwords, temporary: folder });

    expect(problems).toEqual([expect.objectContaining({ code: 'archive.unreadable', path: file })]);
    expect(problems[0]?.message).toMatch(/ is encrypted.* and could not be read$/);
    expect(seen.every(([, text]) => text.replace(/ \d+$/, '') === '')).toBe(true);
  });
});

it('costs no more than the passwords that a layer may have tried, and says so', async () => {
  const members = Array.from({ length: 2000 }, (_, number) => ({ name: `${number}`, content: 'x'.repeat(20) }));
  const archive = zip(members.map((member) => ({ ...member, stored: true, encrypted: true })));
  const passwords = Array.from({ length: 1000 }, (_, number) => `wrong ${number}`);

  const { problems } = await probeAny(archive, 'a.zip', { passwords, temporary: folder });

  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^of a\.zip, each of \d+ members \(the first is a\.zip!\/0\) is encrypted and could not be read$/,
    ),
    expect.stringMatching(
      /^of a\.zip, each of \d+ members .* is encrypted, and not all passwords were tried on it, and could not/,
    ),
  ]);
});

it('may be a bomb, of which the beginning is read', async () => {
  const bomb = made('head -c 50000000 /dev/zero > z && zip -q -9 -P secret "$1" z && rm z', 'bomb.zip');
  if (bomb === undefined) return;
  const limits = { ratio: 50, ratioFloorBytes: 4 * 1024 * 1024 };
  const { seen, problems } = await probeAny(bomb, 'bomb.zip', { passwords: ['secret'], limits, temporary: folder });

  expect(problems.map(({ code }) => code)).toEqual(['archive.limit']);
  expect(seen.length).toBeLessThanOrEqual(1);
});
