import { UsageError } from '../errors.ts';

/**
 * An address that somebody configured.
 * @throws UsageError where it is none of http or https; it does not say which, since it may hold a password
 */
export function parseTargetUrl(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError('usage.configuration', `${option}: an absolute http or https address is expected.`);
}
