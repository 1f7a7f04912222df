import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** A body that cannot be the data that was asked for. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

const gunzipAsync = promisify(gunzip);

/** Undoes a content encoding. `maximum` bounds what it may become. @throws BodyError */
export async function decodeBody(wire: Buffer, encoding: string, maximum: number): Promise<Buffer> {
  if (encoding === '' || encoding === 'identity') return wire;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new BodyError(`answered in the encoding ${JSON.stringify(encoding)}, which was not asked for`);
  }
  try {
    return await gunzipAsync(wire, { maxOutputLength: maximum });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new BodyError(`answered with more than ${maximum} bytes once decompressed`);
    }
    throw new BodyError('answered with damaged gzip data', { cause: error });
  }
}

/** Tells whether a body starts as a web page does. */
export function isPage(body: Buffer): boolean {
  const start = body
    .subarray(0, 256)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  return start.startsWith('<!doctype html') || start.startsWith('<html');
}

/** Refuses what cannot be data: nothing at all, or a web page where none was asked for. @throws BodyError */
export function checkBody(body: Buffer, contentType: string | undefined, page: boolean): void {
  if (body.length === 0) throw new BodyError('answered with an empty body');
  if (page) return;
  const saysPage = contentType !== undefined && /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType);
  if (isPage(body) || (saysPage && body[0] === 0x3c)) {
    throw new BodyError(
      'answered with a web page (HTML) instead of data; perhaps a proxy or a login stands between, or the address is wrong',
    );
  }
}
