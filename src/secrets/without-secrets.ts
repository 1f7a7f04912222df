import { findSecretsInText } from './find-secrets.ts';
import { isSuspect } from './may-hold-secrets.ts';
import { redact } from './redact.ts';

/** Characters of a text that evidence may be made of: more than it ever shows. */
const MOST_TEXT: number = 8 * 1024;

/**
 * A text of a file or of a command as evidence may show it: without the secrets that it tells of by itself. Of longer ones
 * the beginning.
 */
export function withoutSecrets(text: string, most: number = MOST_TEXT): string {
  const beginning = text.slice(0, most);
  if (!isSuspect(beginning)) return beginning;
  return redact(beginning, findSecretsInText(beginning, { kind: 'history' }));
}
