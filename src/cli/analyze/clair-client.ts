import type { Dialer, DialResponse } from '../../net/dial.ts';
import type { ImageVulnerability, LayerFindings } from './report.ts';

/** A layer as it is handed to a server (spec 4.1). */
export interface PostedLayer {
  readonly name: string;
  /** A file of this machine, or where it can be fetched. */
  readonly path: string;
  readonly parent?: string;
}

/** A server refused, or did not answer; the message is in the words of the original. */
export class ClairError extends Error {
  override readonly name = 'ClairError';
}

/** Longer than a server works on one request (`api.timeout`). */
const HEADERS_MS = 20 * 60_000;
const ANSWER_BYTES = 256 * 1024 * 1024;
/** Bytes of a refusal that are repeated. */
const WORDS_BYTES = 16 * 1024;

/** Speaks the v1 API of Clair. */
export class ClairClient {
  /** Without the slash at its end. */
  readonly #endpoint: string;
  readonly #dialer: Dialer;
  readonly #signal: AbortSignal;

  constructor(endpoint: string, dialer: Dialer, signal: AbortSignal) {
    this.#endpoint = endpoint.replace(/\/+$/, '');
    this.#dialer = dialer;
    this.#signal = signal;
  }

  /** @throws ClairError where the answer is not 201 */
  async post({ name, path, parent }: PostedLayer): Promise<void> {
    const layer = { Name: name, Path: path, ...(parent !== undefined && { ParentName: parent }), Format: 'Docker' };
    const response = await this.#request('POST', '/v1/layers', JSON.stringify({ Layer: layer }));
    if (response.status !== 201) throw await refusal(response);
    await readText(response, ANSWER_BYTES);
  }

  /** The name of the layer that a known one stands on, empty for none; undefined where the server does not say. */
  async parentOf(name: string): Promise<string | undefined> {
    const response = await this.#request('GET', `/v1/layers/${encodeURIComponent(name)}`);
    const text = await readText(response, ANSWER_BYTES);
    return response.status === 200 ? textField(layerOf(text), 'ParentName') : undefined;
  }

  /** @throws ClairError where the answer is not 200 or makes no sense */
  async findings(name: string): Promise<LayerFindings> {
    const response = await this.#request('GET', `/v1/layers/${encodeURIComponent(name)}?vulnerabilities`);
    if (response.status !== 200) throw await refusal(response);
    const layer = layerOf(await readText(response, ANSWER_BYTES));
    if (layer === undefined) throw new ClairError('the answer describes no layer');
    const features = records(layer['Features']);
    return {
      parent: textField(layer, 'ParentName'),
      packages: features.length,
      vulnerabilities: features.flatMap((feature) =>
        records(feature['Vulnerabilities']).map(
          (found): ImageVulnerability => ({
            name: textField(found, 'Name'),
            severity: textField(found, 'Severity'),
            description: textField(found, 'Description'),
            link: textField(found, 'Link'),
            fixedBy: textField(found, 'FixedBy'),
            package: textField(feature, 'Name'),
            version: textField(feature, 'Version'),
            layer: textField(feature, 'AddedBy'),
          }),
        ),
      ),
    };
  }

  async #request(method: 'GET' | 'POST', place: string, body?: string): Promise<DialResponse> {
    const said = `${this.#endpoint}${place}`;
    const failed = (words: string, cause?: unknown): ClairError =>
      new ClairError(`${method === 'GET' ? 'Get' : 'Post'} ${JSON.stringify(withoutPassword(said))}: ${words}`, {
        cause,
      });
    const url = URL.canParse(said) ? new URL(said) : undefined;
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
      throw failed(`unsupported protocol scheme ${JSON.stringify(url?.protocol.slice(0, -1) ?? '')}`);
    }
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    const basic = `Basic ${Buffer.from(user).toString('base64')}`;
    try {
      return await this.#dialer.request(url, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(url.username !== '' && { authorization: basic }),
        },
        ...(body !== undefined && { body }),
        headersTimeout: HEADERS_MS,
        signal: this.#signal,
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      throw failed(networkWords(error, url), error);
    }
  }
}

async function refusal(response: DialResponse): Promise<ClairError> {
  const body = await readText(response, WORDS_BYTES);
  return new ClairError(`Got response ${response.status} with message ${body.replace(/\n+$/, '')}`);
}

async function readText(response: DialResponse, limit: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response.body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > limit) {
      if (limit === ANSWER_BYTES) throw new ClairError(`the answer has more than ${limit} bytes`);
      break;
    }
  }
  return Buffer.concat(pieces).subarray(0, limit).toString('utf8');
}

function withoutPassword(url: string): string {
  return url.replace(/^([^/]*\/\/[^/@:]*):[^/@]*@/, '$1:xxxxx@');
}

/** As Go tells it. */
function networkWords(error: unknown, url: URL): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code, address, port, message } = first as NodeJS.ErrnoException & { address?: string; port?: number };
  const host = address?.includes(':') === true ? `[${address}]` : (address ?? url.hostname);
  const place = `${host}:${port ?? (url.port || (url.protocol === 'https:' ? 443 : 80))}`;
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${place}: connect: connection refused`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${url.hostname}: no such host`;
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return `dial tcp ${place}: i/o timeout`;
    default:
      return message === undefined || message === '' ? String(code ?? error) : message;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function layerOf(text: string): Fields | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ClairError(`the answer is no JSON (${(error as Error).message})`, { cause: error });
  }
  const layer = isFields(value) ? value['Layer'] : undefined;
  return isFields(layer) ? layer : undefined;
}

function records(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function textField(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === 'string' ? value : '';
}
