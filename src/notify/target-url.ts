import { UsageError } from '../errors.ts';

/**
 * An address that somebody configured.
 * @throws UsageError where it is none of http or https; it does not say which, since it may hold a password
 */
export function parseTargetUrl(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    checkUser(url, option);
    return url;
  }
  throw new UsageError('usage.configuration', `${option}: an absolute http or https address is expected.`);
}

/**
 * Name and password stand in an address with escapes: what cannot be read shall be told at the start, not with each message.
 * @throws UsageError
 */
export function checkUser({ username, password }: URL, option: string): void {
  try {
    decodeURIComponent(`${username}:${password}`);
  } catch {
    throw new UsageError('usage.configuration', `${option}: a "%" in a name or password is to be written as "%25".`);
  }
}
