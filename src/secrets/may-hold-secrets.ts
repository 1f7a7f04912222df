import type { ImageInfo } from '../model/image.ts';

/** Words that name a secret, an address with a password, how keys and tokens of JSON begin, and flags for passwords. */
const NAMED = /pass|pwd|_pw\b|secret|token|key|auth|cred|private|login|:\/\/[^/\s@]{1,200}@|eyJ|-----BEGIN|-[up] ?\S/i;
/** A run of characters as tokens have. */
const RUN = /\w{20,}/;
/** What may divide a word that a shell puts together again. */
const QUOTES = /\w["'\\]/;
/** Digests, of which every history is full. */
const DIGESTS = /\b[0-9a-f]{32,128}\b/g;

/**
 * Whether the image has to be looked into for secrets before any of its texts is used. Cheap, so that images of which the
 * configuration says nothing of the kind need none of the rules.
 */
export function mayHoldSecrets({ config, history, names, platform = '', created = '' }: ImageInfo): boolean {
  if (isSuspect(JSON.stringify(config)) || [...names, platform, created].some(isSuspect)) return true;
  return history.some(({ createdBy = '', instruction, comment = '', author = '' }) =>
    [createdBy, instruction, comment, author].some(isSuspect),
  );
}

/** Whether a text has anything that a secret has. */
export function isSuspect(text: string): boolean {
  return NAMED.test(text) || hasRun(text) || (QUOTES.test(text) && hasRun(text.replace(/\\\n|["'\\]/g, '')));
}

function hasRun(text: string): boolean {
  return RUN.test(text) && RUN.test(text.replace(DIGESTS, ''));
}
