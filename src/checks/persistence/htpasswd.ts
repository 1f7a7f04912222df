import { readApacheHash } from '../../formats/crypt/verify-password.ts';
import { linesOf } from './config-lines.ts';
import type { PasswordTrials } from './password-trials.ts';
import { isCommonPassword } from './passwords.ts';
import type { PlaceSighting } from './sighting.ts';

/** Names of lists of users, as Apache and nginx read them. */
export const htpasswdNames: readonly string[] = ['.htpasswd', 'htpasswd', 'htpasswd.users'];

/** Users of one list whose passwords are tried, and are told. */
const MOST_USERS = 1000;
const MOST_TOLD = 20;

/**
 * Users of a list whose password everybody tries: `name:hash`, or the password as it is.
 *
 * Source: https://httpd.apache.org/docs/2.4/misc/password_encryptions.html
 */
export function readHtpasswd(text: string, trials: PasswordTrials): readonly PlaceSighting[] {
  const asked: { readonly name: string; readonly line: number; readonly isGuessed: () => boolean }[] = [];
  for (const { number, text: line } of linesOf(text)) {
    const [name = '', secret] = line.split(':', 2);
    if (name === '' || secret === undefined || asked.length >= MOST_USERS) continue;
    const hash = readApacheHash(secret);
    const trial = hash === undefined ? undefined : trials.ask(hash, name);
    const isPlain = hash === undefined && secret !== '' && isCommonPassword(secret, name);
    asked.push({ name, line: number, isGuessed: () => trial?.isGuessed ?? isPlain });
  }
  trials.run();
  return asked
    .filter(({ isGuessed }) => isGuessed())
    .slice(0, MOST_TOLD)
    .map(({ name, line }) => ({
      rule: 'service-password-guessed',
      line,
      detail: `gives the user ${name.slice(0, 60)} a password that everybody tries`,
    }));
}
