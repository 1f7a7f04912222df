import { describe, expect, it } from 'vitest';
import { file, foundIn, idsIn, scanLayers } from '../../../test/support/persistence.ts';
import type { TarEntry } from '../../../test/support/tar.ts';

const root = 'root:x:0:0:root:/root:/bin/sh\n';
/** `toor`, made by crypt(3). */
const weakHash = '$1$ab$8y6vgCgl/Zqe.7RgmtdMl1';

describe('accounts', () => {
  it.each<[string, readonly TarEntry[], readonly (readonly [string, string])[]]>([
    ['as they should be', [file('etc/passwd', root), file('etc/shadow', 'root:*:1::::::\n', { mode: 0o640 })], []],
    [
      'an empty password',
      [file('etc/passwd', root), file('etc/shadow', 'root::1::::::\n', { mode: 0o640 })],
      [['account-without-password', 'high']],
    ],
    [
      'an empty password in passwd',
      [file('etc/passwd', 'root::0:0::/root:/bin/sh\n')],
      [['account-without-password', 'high']],
    ],
    [
      'an empty password without passwd',
      [file('etc/shadow', 'root::1::::::\n', { mode: 0o640 })],
      [['account-without-password', 'high']],
    ],
    [
      'an own password',
      [file('etc/passwd', root), file('etc/shadow', `root:$6$ab$${'a'.repeat(86)}:1::::::\n`, { mode: 0o640 })],
      [['account-with-password', 'low']],
    ],
    [
      'a weak method',
      [file('etc/passwd', root), file('etc/shadow', 'root:abxxxxxxxxxxx:1::::::\n', { mode: 0o640 })],
      [['account-with-password', 'medium']],
    ],
    ['another root', [file('etc/passwd', `${root}toor:x:0:0::/root:/bin/sh\n`)], [['account-second-root', 'high']]],
    [
      'the same number twice',
      [file('etc/passwd', `${root}a:x:1:1::/:/bin/sh\nb:x:1:1::/:/bin/sh\n`)],
      [['account-repeated', 'medium']],
    ],
    ['the same name twice', [file('etc/group', 'a:x:1:\na:x:2:\n')], [['account-repeated', 'medium']]],
    ['a file that all may write', [file('etc/passwd', root, { mode: 0o666 })], [['account-file-unprotected', 'high']]],
    [
      'a file that its group may write',
      [file('etc/passwd', root, { mode: 0o664 })],
      [['account-file-unprotected', 'low']],
    ],
    [
      'hashes that all may read',
      [file('etc/passwd', root), file('etc/shadow', 'root:*:1::::::\n', { mode: 0o644 })],
      [['account-file-unprotected', 'medium']],
    ],
  ])('%s', async (_, entries, expected) => {
    expect((await foundIn(entries)).map(({ id, severity }) => [id, severity])).toEqual(expected);
  });

  it('are not told of a file that an upper layer replaces', async () => {
    const open = file('etc/passwd', 'root::0:0::/root:/bin/sh\n');

    expect(await idsIn([open], [file('etc/passwd', 'root:!:0:0::/root:/bin/sh\n')])).toEqual([]);
  });

  it('have their hashes in no report, and a guessed password is told without the word', async () => {
    const report = await scanLayers([
      [file('etc/passwd', root), file('etc/shadow', `root:${weakHash}:1::::::\n`, { mode: 0o640 })],
    ]);

    expect(report.findings).toMatchObject([
      { id: 'account-password-guessed', severity: 'critical', location: { path: 'etc/shadow', line: 1 } },
    ]);
    expect(JSON.stringify(report)).not.toContain('8y6vgCgl');
    expect(JSON.stringify(report)).not.toContain('toor');
  });

  it('cost no more than a budget', async () => {
    const hash = `$6$rounds=999999999$ab$${'a'.repeat(86)}`;
    const { problems } = await scanLayers([
      [file('etc/shadow', Array.from({ length: 100 }, (_, n) => `u${n}:${hash}:1::::::\n`).join(''), { mode: 0o640 })],
    ]);

    expect(problems).toContainEqual(
      expect.objectContaining({
        code: 'layer.limit',
        message: 'not all of the usual passwords were tried on 100 hashes: that would take too long',
      }),
    );
  });

  // `toor`, made by crypt(3).
  it.each([
    ['yescrypt', '$y$j9T$abcdefghijklmnopqrstu1$bCDrV7Z8QBjcWokGstjggXgR9mA3AyheZLahS88f3o7'],
    ['bcrypt', '$2b$04$abcdefghijklmnopqrstuuclfgSBvJ6CNMDTLw8io.6PwqED.y4NW'],
    ['sha256', '$5$rounds=1000$ab$bzydEqU63HTScRsJjDdf0nAJOpn2LLW0OdRIAylsJZC'],
    ['DES', 'abhKo2urtNdfg'],
  ])('have a usual password of the method %s guessed', async (_, hash) => {
    const shadow = file('etc/shadow', `root:${hash}:1::::::\n`, { mode: 0o640 });

    expect(await idsIn([file('etc/passwd', root), shadow])).toEqual(['account-password-guessed']);
  });

  it('say of a hash on which no word was tried that it is undecided', async () => {
    const hash = '$gy$j9T$abcdefgh$.CEZZT.4yJO5MUEXkRY.8SULOK70Hut/aCwcoZZqB.4';
    const report = await scanLayers([
      [file('etc/passwd', root), file('etc/shadow', `root:${hash}:1::::::\n`, { mode: 0o640 })],
    ]);

    expect(report.findings).toMatchObject([
      {
        id: 'account-with-password',
        evidence: expect.stringMatching(/gost-yescrypt .*; not all of the usual passwords were tried on it\.$/),
      },
    ]);
    expect(report.problems).toContainEqual(
      expect.objectContaining({
        code: 'check.undecided',
        message:
          'persistence: account-password-guessed cannot be decided of 1 accounts: not all words were tried on their hashes',
      }),
    );
  });

  it('have the password of root guessed however many hashes stand before it', async () => {
    const others = Array.from({ length: 500 }, (_, n) => `u${n}:$6$ab$${'a'.repeat(86)}:1::::::\n`).join('');
    const shadow = file('etc/shadow', `${others}root:${weakHash}:1::::::\n`, { mode: 0o640 });

    expect(await idsIn([file('etc/passwd', root), shadow])).toContain('account-password-guessed');
  });
});
