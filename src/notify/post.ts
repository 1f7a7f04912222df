import type { Dialer } from '../net/dial.ts';
import { describeFailure } from '../net/failure.ts';
import { timeLimit } from '../signals.ts';
import { DeliveryError } from './target.ts';

/** Until an answer must have come (spec 9.3). */
export const POST_TIMEOUT_MS = 5000;

/**
 * Posts a message. Redirects are not followed: whoever takes messages says so in the configuration.
 * @param accepted statuses that mean that it was taken
 * @throws DeliveryError
 */
export async function postMessage(
  dialer: Dialer,
  url: URL,
  message: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  accepted: (status: number) => boolean,
  timeout: number = POST_TIMEOUT_MS,
): Promise<void> {
  const { user, place } = splitUser(url);
  const headers = {
    'content-type': 'application/json',
    ...(user !== undefined && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
    ...message.headers,
  };
  const request = { method: 'POST', body: message.body, headers, signal: timeLimit(timeout) } as const;
  const response = await dialer.request(place, request).catch((error: unknown) => {
    throw new DeliveryError(`the target ${failureWords(error)}`, { cause: error });
  });
  response.discard();
  if (!accepted(response.status)) throw new DeliveryError(`the target answered HTTP ${response.status}`);
}

function failureWords(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'did not answer in time';
  return describeFailure(error);
}

/** Name and password of an address are sent as its header. */
function splitUser(url: URL): { readonly user?: string; readonly place: URL } {
  if (url.username === '' && url.password === '') return { place: url };
  const place = new URL(url);
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  place.username = '';
  place.password = '';
  return { user, place };
}
