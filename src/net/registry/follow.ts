import type { Dialer, DialRequest, DialResponse } from '../dial.ts';
import { connectionError, RegistryError } from './failure.ts';
import type { RegistryLimits } from './limits.ts';

export interface FollowRequest {
  readonly method?: DialRequest['method'];
  readonly body?: DialRequest['body'];
  readonly headers?: Readonly<Record<string, string>>;
  /** What the body is, for messages; default: a request for a token. */
  readonly sends?: string;
  /** Goes to the first origin alone, whatever redirects say. */
  readonly authorization?: string | undefined;
  /** The first host may be reached at public addresses only. */
  readonly publicOnly?: boolean;
  /** Somebody else than the user named the first host. */
  readonly isForeign?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** An answer, and whether the host that was asked first gave it. */
export interface Followed {
  readonly response: DialResponse;
  readonly url: URL;
  /** Whether the first host is of the public internet. */
  readonly isPublic: boolean;
}

/**
 * Makes a request and follows redirects: a few, never to a connection without TLS from one with it, never from a public
 * host to this machine or its network, and from no host to a link-local address that the user did not name.
 * @throws RegistryError
 */
export async function follow(
  dialer: Dialer,
  start: URL,
  request: FollowRequest,
  limits: Pick<RegistryLimits, 'redirects' | 'headersMs' | 'idleMs'>,
): Promise<Followed> {
  let url = start;
  let publicOnly = request.publicOnly === true;
  let isPublic: boolean | undefined;
  for (let redirects = 0; ; redirects++) {
    const response = await ask(dialer, url, request, {
      headers: {
        'user-agent': 'drydock',
        ...request.headers,
        ...(request.authorization !== undefined &&
          url.origin === start.origin && { authorization: request.authorization }),
      },
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.idleMs,
      publicOnly,
      notLinkLocal: request.isForeign === true || url.hostname !== start.hostname,
    });
    isPublic ??= response.isPublic;
    if (![301, 302, 303, 307, 308].includes(response.status)) return { response, url, isPublic };
    const location = response.header('location');
    response.discard();
    if (request.method === 'POST' || request.method === 'PUT')
      throw new RegistryError('source.refused', `${url.host} redirects ${request.sends ?? 'a request for a token'}`);
    if (redirects >= limits.redirects) {
      throw new RegistryError('source.refused', `${start.host} redirects more than ${redirects} times`);
    }
    url = redirected(url, location);
    publicOnly ||= isPublic;
  }
}

async function ask(dialer: Dialer, url: URL, request: FollowRequest, more: DialRequest): Promise<DialResponse> {
  try {
    return await dialer.request(url, {
      ...more,
      ...(request.method !== undefined && { method: request.method }),
      ...(request.body !== undefined && { body: request.body }),
      ...(request.signal !== undefined && { signal: request.signal }),
    });
  } catch (error) {
    request.signal?.throwIfAborted();
    throw connectionError(url.host, error);
  }
}

function redirected(from: URL, location: string | undefined): URL {
  const refused = (words: string): RegistryError => new RegistryError('source.refused', `${from.host} ${words}`);
  if (location === undefined || !URL.canParse(location, from.href)) throw refused('redirects to no address');
  const to = new URL(location, from);
  if (to.protocol !== 'https:' && to.protocol !== 'http:') throw refused(`redirects to ${to.protocol}`);
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw refused(`redirects from https to http (${to.host}), which anybody could forge`);
  }
  to.username = '';
  to.password = '';
  return to;
}
