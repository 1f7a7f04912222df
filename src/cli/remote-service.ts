import { readFileSync } from 'node:fs';
import type { Settings } from '../config/options.ts';
import { UsageError } from '../errors.ts';
import { isLoopback } from '../net/dial.ts';

/**
 * Where a service answers to one of its paths.
 * @param option that says the address, for messages
 * @throws UsageError for an address that is none, or that would let others read along
 */
export function serviceUrl(
  option: 'server' | 'report-to',
  address: string,
  path: string,
  plainHttp: readonly string[],
): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UsageError('usage.option', `--${option}: an https address is expected, not ${JSON.stringify(address)}.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'usage.option',
      `--${option}: tokens do not belong into the address. Use --server-token-file.`,
    );
  }
  const isNamed = plainHttp.some((host) => [url.host, url.hostname].includes(host.toLowerCase()));
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !isNamed) {
    throw new UsageError(
      'usage.option',
      `--${option}: ${url.host} is spoken to without TLS, where anybody could read and change what is said. Use https, or say --plain-http ${url.host}.`,
    );
  }
  url.search = '';
  url.hash = '';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  return url;
}

/** Headers of a request that sends JSON and wants JSON back. */
export function jsonHeaders(token: string | undefined): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

/** The token in the file that was named. @throws UsageError where it cannot be read, or holds none */
export function serviceToken(file: Settings['server-token-file']): string | undefined {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError('usage.option', `--server-token-file: ${file} cannot be read (${code}).`, { cause: error });
  }
  if (!/^[\x21-\x7e]{1,1024}$/.test(text)) {
    throw new UsageError('usage.option', `--server-token-file: ${file} holds no token, which is one word.`);
  }
  return text;
}
