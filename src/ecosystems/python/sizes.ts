/** Bytes of a text that is read: metadata, a lockfile. Real ones have some megabytes at most. */
export const MAX_TEXT_BYTES = 32 * 1024 * 1024;

/** Bytes of a file that people write by hand. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
