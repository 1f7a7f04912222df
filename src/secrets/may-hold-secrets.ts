import type { ImageInfo } from '../model/image.ts';

/**
 * Whether a text of the configuration may have a secret in it: a word that names one, an address with a password, or a run
 * of characters as tokens have. Cheap, so that most images need none of the rules.
 */
const SUSPECT: RegExp =
  /pass|pwd|secret|token|key|auth|cred|private|login|:\/\/[^/\s@]{1,200}@|eyJ|-----BEGIN|[A-Za-z0-9_-]*[a-z][A-Z0-9_-]{0,40}[A-Z][A-Za-z0-9_-]{12,}/i;

/** Whether the image has to be looked into for secrets before any of its texts is used. */
export function mayHoldSecrets({ config, history }: Pick<ImageInfo, 'config' | 'history'>): boolean {
  return (
    SUSPECT.test(JSON.stringify(config)) ||
    history.some(({ createdBy, instruction, comment, author }) =>
      [createdBy, instruction, comment, author].some((text) => text !== undefined && SUSPECT.test(text)),
    )
  );
}
