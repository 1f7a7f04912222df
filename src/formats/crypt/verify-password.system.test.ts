import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readApacheHash, readPasswordHash } from './verify-password.ts';

/** Hashes by crypt(3) of this system, which Perl calls; '' where it does not know the method. */
function crypt(rows: readonly (readonly [password: string, setting: string])[]): readonly string[] {
  const script =
    'while (<STDIN>) { chomp; my ($p, $s) = map { pack "H*", $_ } split /,/, $_, -1; my $c = crypt($p, $s); print((defined $c ? $c : ""), "\\n") }';
  const hex = (text: string): string => Buffer.from(text).toString('hex');
  const input = `${rows.map(([password, setting]) => `${hex(password)},${hex(setting)}`).join('\n')}\n`;
  return execFileSync('perl', ['-e', script], { input, encoding: 'utf8' }).split('\n').slice(0, -1);
}

function hasCrypt(): boolean {
  try {
    return crypt([['a', '$6$ab']])[0]?.startsWith('$6$') === true;
  } catch {
    return false;
  }
}

const passwords = [
  '',
  'a',
  'root',
  'p\u00e4ss w\u00f6rd',
  'x'.repeat(15),
  'x'.repeat(16),
  'y'.repeat(17),
  'z'.repeat(64),
  'w'.repeat(129),
];
const settings = [
  '$1$ab$',
  '$1$abcdefgh$',
  '$1$$',
  '$5$saltstring$',
  '$5$rounds=1000$ab$',
  '$6$saltsaltsaltsalt$',
  '$6$rounds=1234$x$',
  // Rows of yescrypt by their power of two, blocks, and what it does longer for.
  '$y$j75$$',
  '$y$j75$abcdefghijklmnopqrstu1$',
  '$y$j//$abcd$',
  '$y$j85/.$abcd$',
  '$y$j85//$abcd$',
  '$y$j85/0$abcd$',
  '$7$6/..../....saltsalt$',
  '$7$61..../.....$',
  '$2a$04$abcdefghijklmnopqrstuu',
  '$2b$05$./ABCDEFGHIJKLMNOPQRSO',
  '$2x$04$abcdefghijklmnopqrstuu',
  '$2y$04$zyxwvutsrqponmlkjihgfe',
  'ab',
  './',
  'zZ',
  '9A',
];
/** What the first fast computers and the usual settings of today take: few passwords. */
const slow = ['$y$j9T$LdJMENpBABJJ3hIHjB1Bi.$', '$y$j8T/.$LdJMENpBABJJ3hIHjB1Bi.$', '$2b$10$abcdefghijklmnopqrstuu'];

describe.skipIf(!hasCrypt())('hashes that crypt(3) made (needs perl, whose crypt knows them)', () => {
  const rows = [
    ...settings.flatMap((setting) => passwords.map((password) => [password, setting] as const)),
    ...slow.map((setting) => ['toor', setting] as const),
  ];
  const hashes = crypt(rows);

  it('are made of all settings', () => {
    expect(rows.filter((_, index) => (hashes[index]?.length ?? 0) < 13)).toEqual([]);
  });

  it.each(rows.map(([password, setting], index) => [setting, password, hashes[index] as string] as const))(
    '%s of %j is told from others',
    (_, password, text) => {
      const hash = readPasswordHash(text);

      expect(hash?.verify?.(password)).toBe(true);
      expect(hash?.verify?.(`~${password}`)).toBe(false);
    },
  );
});

describe('readPasswordHash', () => {
  // Made by crypt(3) of libxcrypt 4.4.
  it.each([
    ['$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5', 'Hello world!'],
    [
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
      'Hello world!',
    ],
  ])('%s', (text, password) => {
    expect(readPasswordHash(text)?.verify?.(password)).toBe(true);
  });

  it.each([
    ['$gy$j9T$abcdefgh$.CEZZT.4yJO5MUEXkRY.8SULOK70Hut/aCwcoZZqB.4', 'gost-yescrypt'],
    // Two threads; one GiB of memory; a flavor that nobody makes.
    ['$y$j9T..$abcdefgh$7i/136rkrCoteXCYVMmke8IbBDFEZdMzaNTpkj.7sJ2', 'yescrypt'],
    ['$y$jFT$abcdefgh$7i/136rkrCoteXCYVMmke8IbBDFEZdMzaNTpkj.7sJ2', 'yescrypt'],
    ['$y$k9T$abcdefgh$7i/136rkrCoteXCYVMmke8IbBDFEZdMzaNTpkj.7sJ2', 'yescrypt'],
    ['$7$HU..../....abcdefgh$FT0iqtOtc0jACRXa6qKp3pnW2uQQUJVssNzeR7zhYe2', 'scrypt'],
    ['$2b$32$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'bcrypt'],
    ['$3$$8846f7eaee8fb117ad06bdd830b7586c', 'nt'],
    ['_J9..rasmBYk8r9AiWNc', 'bsdi'],
    ['$9$whatever', 'unknown'],
    ['$6$rounds=999999999$ab$short', 'unknown'],
  ])('%s is of the method %s, which is not tried', (text, method) => {
    expect(readPasswordHash(text)).toEqual({ method });
  });

  it.each(['', '!', '*', 'x', '!!', '*LK*', 'NP', 'a:b'])('%j is none', (text) => {
    expect(readPasswordHash(text)).toBeUndefined();
  });

  it('says how much a try costs, and does not try by itself', () => {
    const text = `$6$rounds=999999999$ab$${'a'.repeat(86)}`;

    expect(readPasswordHash(text)).toMatchObject({ method: 'sha512', work: 1_999_999_998 });
    expect(readPasswordHash(`$2b$31$${'a'.repeat(53)}`)?.work).toBeGreaterThan(1e9);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .tuple(fc.constantFrom('$6$', '$y$', '$y$j9T$', '$7$', '$2b$10$', '$apr1$', '{SHA}'), fc.string())
            .map(([prefix, text]) => `${prefix}${text}`),
        ),
        (text) => {
          for (const hash of [readPasswordHash(text), readApacheHash(text)]) {
            expect(hash === undefined || hash.method.length > 0).toBe(true);
          }
        },
      ),
    );
  });
});

describe('readApacheHash', () => {
  it.each(['', 'a', 'root', 'p\u00e4ss w\u00f6rd', 'x'.repeat(17), 'w'.repeat(129)])(
    'a hash that openssl made of %j is told from others',
    (password) => {
      const made = openssl(['passwd', '-apr1', '-salt', 'abcdefgh', '-stdin'], `${password}\n`);

      expect(readApacheHash(made)?.verify?.(password)).toBe(true);
      expect(readApacheHash(made)?.verify?.(`${password}x`)).toBe(false);
    },
  );

  it('a digest without salt', () => {
    const made = `{SHA}${createHash('sha1').update('toor').digest('base64')}`;

    expect(readApacheHash(made)?.verify?.('toor')).toBe(true);
    expect(readApacheHash(made)?.verify?.('root')).toBe(false);
  });

  it.each(['toor', '', '{SSHA}abc'])('%j is none', (text) => {
    expect(readApacheHash(text)).toBeUndefined();
  });
});

function openssl(words: readonly string[], input: string): string {
  return execFileSync('openssl', words, { input, encoding: 'utf8' }).trim();
}
