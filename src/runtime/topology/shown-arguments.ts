import { meaningOf } from '../../secrets/secret-names.ts';
import { withoutSecrets } from '../../secrets/without-secrets.ts';

/** Arguments of a process, and characters of each, that are told. */
const ARGUMENTS = 64;
const CHARACTERS = 300;

/** The password of an address (RFC 3986 section 3.2.1). */
const inAddress = /(:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}@/g;

/**
 * Arguments as they may leave the host: bounded, without what is known to be a secret by its form, and without the values of
 * options and variables that are named for one.
 */
export function shownArguments(words: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let isValue = false;
  for (const word of words.slice(0, ARGUMENTS)) {
    if (isValue && !word.startsWith('-')) {
      shown.push('…');
      isValue = false;
      continue;
    }
    const [, name, value] = /^(-{0,2}[A-Za-z][\w.-]{0,80})(?:[=:]([\s\S]*))?$/.exec(word) ?? [];
    const isSecret = name !== undefined && meaningOf(name.replace(/^-+/, '')) !== undefined;
    isValue = isSecret && value === undefined && name.startsWith('-');
    if (isSecret && value !== undefined && value !== '') shown.push(`${name}=…`);
    else shown.push(withoutSecrets(word.slice(0, CHARACTERS).replace(inAddress, '$1…@'), CHARACTERS));
  }
  return shown;
}
