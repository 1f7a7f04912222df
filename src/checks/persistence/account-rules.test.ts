import { describe, expect, it } from 'vitest';
import { file, foundIn, idsIn, scanLayers } from '../../../test/support/persistence.ts';
import type { TarEntry } from '../../../test/support/tar.ts';

const root = 'root:x:0:0:root:/root:/bin/sh\n';
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

  it('have their hashes in no report', async () => {
    const shadow = file('etc/shadow', 'root:$1$ab$8y6vgCgl/Zqe.7RgmtdMl1:1::::::\n', { mode: 0o640 });

    const report = await scanLayers([[file('etc/passwd', root), shadow]]);

    expect(report.findings).toMatchObject([
      { id: 'account-with-password', severity: 'medium', location: { path: 'etc/shadow', line: 1 } },
    ]);
    expect(JSON.stringify(report)).not.toContain('8y6vgCgl');
  });

  it.each([
    ['yescrypt', 'low', '$y$j9T$abcdefghijklmnopqrstu1$bCDrV7Z8QBjcWokGstjggXgR9mA3AyheZLahS88f3o7'],
    ['gost-yescrypt', 'low', '$gy$j9T$abcdefgh$.CEZZT.4yJO5MUEXkRY.8SULOK70Hut/aCwcoZZqB.4'],
    ['scrypt', 'low', `$7$CU..../....salt$${'a'.repeat(43)}`],
    ['bcrypt', 'low', '$2b$04$abcdefghijklmnopqrstuuclfgSBvJ6CNMDTLw8io.6PwqED.y4NW'],
    ['sha512', 'low', `$6$rounds=1000$ab$${'a'.repeat(86)}`],
    ['sha256', 'low', '$5$ab$bzydEqU63HTScRsJjDdf0nAJOpn2LLW0OdRIAylsJZC'],
    ['sha1', 'medium', '$sha1$1000$abcdefgh$jDqoBqx0DVIsRlA5cJVZfPnGPYXz'],
    ['sunmd5', 'medium', '$md5,rounds=904$abcdefgh$$SiZM3vWdIiL4Dz2EeM6Jb.'],
    ['md5', 'medium', '$1$ab$8y6vgCgl/Zqe.7RgmtdMl1'],
    ['nt', 'medium', '$3$$8846f7eaee8fb117ad06bdd830b7586c'],
    ['bsdi', 'medium', '_J9..abcdhlQwPHmGMWA'],
    ['des', 'medium', 'abhKo2urtNdfg'],
    ['unknown', 'low', '$x$abcdefghijkl'],
  ])('with a hash of %s have that told by its prefix', async (method, severity, hash) => {
    const shadow = file('etc/shadow', `root:${hash}:1::::::\n`, { mode: 0o640 });

    expect(await foundIn([file('etc/passwd', root), shadow])).toMatchObject([
      { id: 'account-with-password', severity, evidence: expect.stringContaining(`the method ${method} in`) },
    ]);
  });

  it.each(['*', '!', `!$6$ab$${'a'.repeat(86)}`, 'NP', '*LK*'])('with %s are locked', async (secret) => {
    const shadow = file('etc/shadow', `root:${secret}:1::::::\n`, { mode: 0o640 });

    expect(await idsIn([file('etc/passwd', root), shadow])).toEqual([]);
  });
});
