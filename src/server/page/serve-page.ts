import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseCoding } from '../content-coding.ts';
import { codings, type PageFile, readPageFiles } from './page-files.ts';
import { pageHeaders } from './page-headers.ts';

/**
 * Answers requests for the page.
 * @returns false where the request is for something else: nothing was answered then
 */
export type PageHandler = (request: IncomingMessage, response: ServerResponse, pathname: string) => boolean;

/** What these begin with belongs to an API, whoever asks for it. */
const notOurs = /^\/(?:v1|api|harbor|(?:indexer|matcher|notifier)\/api)(?:\/|$)/i;

/** Said instead of the page, without anything that has to be built. */
const missing = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Drydock</title>
<h1>The page was not built</h1>
<p>The service works, and its APIs answer. The page is missing from this installation: in a checkout,
<code>sh tools/prepare.sh</code> builds it; start the service again afterwards.</p>
</html>
`;

/**
 * The page: its files by their addresses, and its frame for every address that a browser opens. None of it is secret, so that
 * nobody has to sign in to be shown how to.
 * @param folder where it was built to; read when the first request comes
 */
export function createPage(folder: string): PageHandler {
  let files: ReadonlyMap<string, PageFile> | undefined;
  return (request, response, pathname) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || notOurs.test(pathname)) return false;
    files ??= readPageFiles(folder);
    const asked = pathname === '/index.html' ? undefined : files.get(pathname);
    // Other clients know what they ask for: programs get the answers that they always got.
    if (asked === undefined && !isNavigation(request)) return false;
    const file = asked ?? files.get('/index.html');
    if (file === undefined) sayMissing(request, response);
    else {
      answerFile(request, response, file).catch((error: unknown) => response.destroy(error as Error));
    }
    return true;
  };
}

/** Only what opens pages says that it wants HTML by name. */
function isNavigation({ headers: { accept = '' } }: IncomingMessage): boolean {
  return /(?:^|[\s,])text\/html(?:[\s,;]|$)/i.test(accept);
}

function sayMissing({ method }: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, {
    ...pageHeaders,
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(missing),
  });
  response.end(method === 'HEAD' ? undefined : missing);
}

async function answerFile(request: IncomingMessage, response: ServerResponse, file: PageFile): Promise<void> {
  const { headers, method } = request;
  const coding = chooseCoding(headers['accept-encoding'], codings);
  const coded = coding && (await file.coded(coding));
  const bytes = coded ?? file.bytes;
  const etag = coded === undefined ? `"${file.digest}"` : `"${file.digest}-${coding}"`;
  for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
  response.setHeader('Cache-Control', file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('ETag', etag);
  response.setHeader('Vary', 'Accept-Encoding');
  if (isKnown(headers['if-none-match'], etag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Length': bytes.length,
    ...(coded !== undefined && { 'Content-Encoding': coding }),
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}

/** RFC 9110, section 13.1.2: weak and strong ones are the same here. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}
