import { bytesOf } from '../expression/value.ts';
import { openService, type Service } from '../service.ts';
import { type HttpResponse, headerOf, readResponse, wholeResponse } from './response.ts';

/** A request to a web server of the container. Texts hold one byte a character. */
export interface HttpRequest {
  readonly method: string;
  /** What stands in the request line: `/path?query`. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** As most clients say it: some servers answer nobody who says nothing. */
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) Drydock';

/** Who is asked for, as the container itself would ask. */
export function hostOf(service: Service): string {
  const { port } = service.door.port;
  return port === (service.encrypted ? 443 : 80) ? 'localhost' : `localhost:${port}`;
}

/** The request as it is sent. */
export function requestText({ method, target, headers, body }: HttpRequest, host: string): string {
  const has = (name: string): boolean => headers.some(([other]) => other.toLowerCase() === name);
  const lines = [`${oneLine(method)} ${oneLine(target)} HTTP/1.1`];
  if (!has('host')) lines.push(`Host: ${host}`);
  if (!has('user-agent')) lines.push(`User-Agent: ${AGENT}`);
  if (!has('accept')) lines.push('Accept: */*');
  for (const [name, value] of headers) {
    if (!/^(?:connection|content-length)$/i.test(name)) lines.push(`${oneLine(name)}: ${oneLine(value)}`);
  }
  if (!has('connection')) lines.push('Connection: close');
  else
    lines.push(
      `Connection: ${oneLine(headerOf({ headers: headers.map(([a, b]) => [a.toLowerCase(), b]) }, 'connection')!)}`,
    );
  if (body !== undefined && (body !== '' || /^(?:POST|PUT|PATCH)$/.test(method)))
    lines.push(`Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/**
 * Asks a web server; undefined where no answer of HTTP comes.
 * @throws SpentError, DialError, or the reason of the signal
 */
export async function askHttp(service: Service, request: HttpRequest): Promise<HttpResponse | undefined> {
  const begun = performance.now();
  const exchange = await openService(service);
  try {
    exchange.send(bytesOf(requestText(request, hostOf(service))));
    const { bytes, end } = await exchange.read(wholeResponse(request.method));
    return readResponse(bytes, {
      method: request.method,
      most: service.door.budget.answerBytes,
      isEnded: end === 'closed' || end === 'done',
      milliseconds: performance.now() - begun,
    });
  } finally {
    exchange.close();
  }
}

/** Redirections that are followed at most. */
const MOST_REDIRECTS = 10;

/**
 * The same, following redirections as long as they stay with this very server.
 * @throws as `askHttp`
 */
export async function askFollowing(
  service: Service,
  request: HttpRequest,
  most: number,
): Promise<readonly HttpResponse[]> {
  const responses: HttpResponse[] = [];
  let next: HttpRequest | undefined = request;
  for (let step = 0; next !== undefined && step <= Math.min(most, MOST_REDIRECTS); step++) {
    const response = await askHttp(service, next);
    if (response === undefined) break;
    responses.push(response);
    next = redirected(service, next, response);
  }
  return responses;
}

function redirected(service: Service, request: HttpRequest, response: HttpResponse): HttpRequest | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = headerOf(response, 'location');
  if (location === undefined || location.length > 8192) return undefined;
  const here = `${service.encrypted ? 'https' : 'http'}://${hostOf(service)}`;
  let target: URL;
  try {
    target = new URL(location, new URL(request.target, here));
  } catch {
    return undefined;
  }
  // Whoever it sends elsewhere is not followed: the container is looked at, nobody else.
  if (target.origin !== new URL(here).origin) return undefined;
  const keeps = response.status === 307 || response.status === 308;
  const { body: _, ...bare } = request;
  return {
    ...(keeps ? request : bare),
    method: keeps ? request.method : request.method === 'HEAD' ? 'HEAD' : 'GET',
    target: `${target.pathname}${target.search}`,
  };
}
