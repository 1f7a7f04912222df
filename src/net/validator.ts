/** What is known of a body that was downloaded before. */
export interface Validator {
  readonly etag?: string;
  readonly lastModified?: string;
  /** SHA-256 of the decoded body, for servers that cannot tell whether it changed. */
  readonly sha256?: string;
}

/** Writes a validator in the form in which feeds keep it. */
export function formatValidator(validator: Validator): string {
  return JSON.stringify(validator);
}

/** Reads what `formatValidator` wrote. Anything else counts as none: the body is then downloaded anew. */
export function parseValidator(text: string | undefined): Validator {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    const { etag, lastModified, sha256 } = value as Record<string, unknown>;
    return {
      ...(typeof etag === 'string' && { etag }),
      ...(typeof lastModified === 'string' && { lastModified }),
      ...(typeof sha256 === 'string' && { sha256 }),
    };
  } catch {
    return {};
  }
}

/** Header that asks whether a body changed (RFC 9110 section 13.1): the entity tag rules where both are known. */
export function conditionHeaders(validator: Validator): Record<string, string> {
  if (validator.etag !== undefined) return { 'if-none-match': validator.etag };
  if (validator.lastModified !== undefined) return { 'if-modified-since': validator.lastModified };
  return {};
}
