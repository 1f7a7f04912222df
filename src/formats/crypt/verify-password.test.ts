import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPasswordHash } from './verify-password.ts';

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
];

describe.skipIf(!hasCrypt())('hashes that crypt(3) made (needs perl, whose crypt knows them)', () => {
  const rows = settings.flatMap((setting) => passwords.map((password) => [password, setting] as const));
  const hashes = crypt(rows);

  it.each(rows.map(([password, setting], index) => [setting, password, hashes[index] as string] as const))(
    '%s of %j is told from others',
    (_, password, text) => {
      const hash = readPasswordHash(text);

      expect(hash?.verify?.(password)).toBe(true);
      expect(hash?.verify?.(`${password}x`)).toBe(false);
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
    ['$y$j9T$abcdefgh$6vMIo7FekHon1HeR3mjj0ZWUkbomASM3PMvk5mZqwJ5', 'yescrypt'],
    ['$2b$12$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'bcrypt'],
    ['ab6TRGT20sY26', 'des'],
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

    expect(readPasswordHash(text)).toMatchObject({ method: 'sha512', rounds: 999_999_999 });
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `$6$${text}`),
        ),
        (text) => {
          const hash = readPasswordHash(text);
          expect(hash === undefined || hash.method.length > 0).toBe(true);
        },
      ),
    );
  });
});
