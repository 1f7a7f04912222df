import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** An answer of a web server. Texts hold one byte a character. */
export interface HttpResponse {
  readonly status: number;
  /** Status line and header lines, as they came. */
  readonly head: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Bytes of status line and headers. */
const MOST_HEAD = 256 * 1024;
const MOST_HEADERS = 500;

export function headerOf(response: Pick<HttpResponse, 'headers'>, name: string): string | undefined {
  return response.headers.find(([other]) => other === name)?.[1];
}

/** Says when an answer is whole; one for each answer. */
export function wholeResponse(): (bytes: Buffer) => boolean {
  let bodyAt = -1;
  let searched = 0;
  let chunked = false;
  let length: number | undefined;
  let chunkAt = 0;
  return (bytes) => {
    if (bodyAt < 0) {
      const end = endOfHead(bytes, searched);
      if (end === undefined) {
        searched = Math.max(0, bytes.length - 4);
        return bytes.length > MOST_HEAD || !looksLikeHttp(bytes);
      }
      bodyAt = end;
      chunkAt = end;
      const { status, headers } = readHead(bytes.subarray(0, end).toString('latin1'));
      if (status === 204 || status === 304) length = 0;
      else if (/chunked/i.test(headerOf({ headers }, 'transfer-encoding') ?? '')) chunked = true;
      else {
        const told = headerOf({ headers }, 'content-length');
        if (told !== undefined && /^\d{1,15}$/.test(told)) length = Number(told);
      }
    }
    if (length !== undefined) return bytes.length - bodyAt >= length;
    if (!chunked) return false;
    for (;;) {
      const line = chunkSize(bytes, chunkAt);
      if (line === undefined) return false;
      if (line.size === 0 || line.size < 0) return true;
      if (line.next + line.size + 2 > bytes.length) return false;
      chunkAt = line.next + line.size + 2;
    }
  };
}

function looksLikeHttp(bytes: Buffer): boolean {
  return 'HTTP/'.startsWith(bytes.subarray(0, 5).toString('latin1'));
}

function endOfHead(bytes: Buffer, from: number): number | undefined {
  const usual = bytes.indexOf('\r\n\r\n', from, 'latin1');
  if (usual >= 0) return usual + 4;
  const bare = bytes.indexOf('\n\n', from, 'latin1');
  return bare < 0 ? undefined : bare + 2;
}

function chunkSize(bytes: Buffer, at: number): { size: number; next: number } | undefined {
  const end = bytes.indexOf('\n', at);
  if (end < 0) return undefined;
  const text = /^\s*([0-9a-f]{1,8})\s*(?:;|$)/i.exec(
    bytes
      .subarray(at, Math.min(end, at + 100))
      .toString('latin1')
      .trim(),
  );
  return { size: text === null ? -1 : Number.parseInt(text[1]!, 16), next: end + 1 };
}

function readHead(head: string): { status: number; headers: [string, string][] } | { status: 0; headers: [] } {
  const [first = '', ...lines] = head.split(/\r?\n/).slice(0, MOST_HEADERS);
  const status = /^HTTP\/\d(?:\.\d)? +(\d{3})/.exec(first);
  if (status === null) return { status: 0, headers: [] };
  const headers: [string, string][] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]);
  }
  return { status: Number(status[1]), headers };
}

/**
 * Reads what came as an answer; undefined for what is none, or whose head is not whole. Compressed bodies are opened, up to `most` bytes.
 * @param isEnded all of it came, as far as the connection tells
 */
export function readResponse(
  bytes: Buffer,
  { most, isEnded }: { most: number; isEnded: boolean },
): HttpResponse | undefined {
  let at = 0;
  for (let interim = 0; interim < 5; interim++) {
    const whole = endOfHead(bytes, at);
    // Of half a head nobody can say that a header is missing; one that the server itself ended is all there is.
    if (whole === undefined && !isEnded) return undefined;
    const end = whole ?? bytes.length;
    if (end - at > MOST_HEAD) return undefined;
    const head = bytes.subarray(at, end).toString('latin1');
    const { status, headers } = readHead(head);
    if (status === 0) return undefined;
    if (status >= 100 && status < 200 && end < bytes.length) {
      at = end;
      continue;
    }
    const body = unpacked(bodyOf(bytes.subarray(end), headers), headers, most);
    return { status, head, headers, body: body.toString('latin1') };
  }
  return undefined;
}

function bodyOf(rest: Buffer, headers: [string, string][]): Buffer {
  if (/chunked/i.test(headerOf({ headers }, 'transfer-encoding') ?? '')) {
    const pieces: Buffer[] = [];
    let at = 0;
    for (;;) {
      const line = chunkSize(rest, at);
      if (line === undefined || line.size <= 0) return Buffer.concat(pieces);
      pieces.push(rest.subarray(line.next, line.next + line.size));
      at = line.next + line.size + 2;
    }
  }
  const told = headerOf({ headers }, 'content-length');
  return told !== undefined && /^\d{1,15}$/.test(told) ? rest.subarray(0, Number(told)) : rest;
}

function unpacked(body: Buffer, headers: [string, string][], most: number): Buffer {
  const coding = (headerOf({ headers }, 'content-encoding') ?? '').toLowerCase();
  const options = { maxOutputLength: most };
  try {
    if (coding === 'gzip' || coding === 'x-gzip') return gunzipSync(body, options);
    if (coding === 'br') return brotliDecompressSync(body, options);
    if (coding === 'deflate') {
      try {
        return inflateSync(body, options);
      } catch {
        return inflateRawSync(body, options);
      }
    }
  } catch {
    // Cut short, a bomb, or no such coding: the bytes speak for themselves.
  }
  return body;
}
