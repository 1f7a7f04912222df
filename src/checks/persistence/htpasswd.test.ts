import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { file, foundIn } from '../../../test/support/persistence.ts';
import { readHtpasswd } from './htpasswd.ts';
import { PasswordTrials } from './password-trials.ts';

const sha1 = (word: string): string => `{SHA}${createHash('sha1').update(word).digest('base64')}`;
const linesIn = (text: string): readonly (number | undefined)[] =>
  readHtpasswd(text, new PasswordTrials()).map(({ line }) => line);

describe('readHtpasswd', () => {
  it.each([
    // `toor`, made by `openssl passwd -apr1` and crypt(3).
    ['apr1', 'x:$apr1$abcdefgh$yxb.YfNNqrXY9jygcUPOs1'],
    ['bcrypt', 'x:$2b$04$abcdefghijklmnopqrstuuclfgSBvJ6CNMDTLw8io.6PwqED.y4NW'],
    ['a digest', `x:${sha1('toor')}`],
    ['DES', 'x:abhKo2urtNdfg'],
    ['the password itself', 'x:toor'],
    ['the name of the user', `x:${sha1('x')}`],
  ])('%s of a usual password is told', (_, line) => {
    expect(linesIn(`# users\n\n${line}\n`)).toEqual([3]);
  });

  it.each([
    ['another password', `x:${sha1('f8Kq02mXlw')}`],
    ['another password itself', 'x:f8Kq02mXlw'],
    ['no password', 'x:'],
    ['no user', ':toor'],
    ['a comment', '# x:toor'],
  ])('%s is not', (_, line) => {
    expect(linesIn(line)).toEqual([]);
  });

  it('tells neither the word nor the hash', async () => {
    const findings = await foundIn([file('etc/nginx/.htpasswd', `web:${sha1('toor')}\n`)]);

    expect(findings).toMatchObject([
      { id: 'service-password-guessed', location: { path: 'etc/nginx/.htpasswd', line: 1 } },
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/toor|SHA/);
  });
});
