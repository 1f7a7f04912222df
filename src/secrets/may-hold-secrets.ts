import type { ImageInfo } from '../model/image.ts';

/** Words that name a secret, an address with a password, how keys and tokens of JSON begin, and flags for passwords. */
const NAMED = /pass|pwd|_pw\b|secret|token|key|auth|cred|private|login|:\/\/[^/\s@]{1,200}@|eyJ|-----BEGIN|-[up] ?\S/i;
/** A run of characters as tokens have. */
const RUN = /\w{20,}/;
/** Digests, of which every history is full. */
const DIGESTS = /\b[0-9a-f]{32,128}\b/g;

/**
 * Whether the image has to be looked into for secrets before any of its texts is used. Cheap, so that images of which the
 * configuration says nothing of the kind need none of the rules.
 */
export function mayHoldSecrets({ config, history }: Pick<ImageInfo, 'config' | 'history'>): boolean {
  if (isSuspect(JSON.stringify(config))) return true;
  return history.some(({ createdBy = '', instruction, comment = '', author = '' }) =>
    [createdBy, instruction, comment, author].some(isSuspect),
  );
}

/** Whether a text has anything that a secret has. */
export function isSuspect(text: string): boolean {
  return NAMED.test(text) || (RUN.test(text) && RUN.test(text.replace(DIGESTS, '')));
}
