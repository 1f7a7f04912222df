import { bytesOf } from '../exchange.ts';
import { openService, type Service } from '../service.ts';
import { type HttpResponse, readResponse, wholeResponse } from './response.ts';

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
function hostOf(service: Service): string {
  const { port } = service.door.port;
  return port === (service.encrypted ? 443 : 80) ? 'localhost' : `localhost:${port}`;
}

/** The request as it is sent. */
function requestText({ method, target, headers, body }: HttpRequest, host: string): string {
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, `User-Agent: ${AGENT}`, 'Accept: */*'];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  lines.push('Connection: close');
  if (body !== undefined) lines.push(`Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

/**
 * Asks a web server; undefined where no answer of HTTP comes.
 * @throws SpentError, DialError, or the reason of the signal
 */
export async function askHttp(service: Service, request: HttpRequest): Promise<HttpResponse | undefined> {
  const exchange = await openService(service);
  try {
    exchange.send(bytesOf(requestText(request, hostOf(service))));
    const { bytes, end } = await exchange.read(wholeResponse());
    return readResponse(bytes, {
      most: service.door.budget.answerBytes,
      isEnded: end === 'closed' || end === 'done',
    });
  } finally {
    exchange.close();
  }
}
