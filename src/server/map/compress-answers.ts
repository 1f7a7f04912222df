import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ApiApp } from '../api/zod-app.ts';
import { chooseCoding } from '../content-coding.ts';

/** Characters of an answer from which on it is worth it. */
const WORTH_IT = 4096;
/** Somebody waits: a map of a thousand nodes takes milliseconds. */
const LEVEL = 4;

/** Compresses the large answers of routes for those who take that: maps say the same words again and again. */
export function compressAnswers(app: ApiApp): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < WORTH_IT) return payload;
    reply.header('Vary', 'Accept-Encoding');
    if (chooseCoding(request.headers['accept-encoding'], ['gzip']) === undefined) return payload;
    const coded = await promisify(gzip)(payload, { level: LEVEL });
    reply.header('Content-Encoding', 'gzip').header('Content-Length', coded.length);
    return coded;
  });
}
