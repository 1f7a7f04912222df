import { EngineError } from './engine-error.ts';
import type { EngineResponse } from './exchange.ts';
import { textField } from './json-fields.ts';

/** Bytes of an answer that are read where it should be short. */
const ANSWER_BYTES = 16 * 1024 * 1024;

/** Characters of an engine's own words that are repeated. */
const WORDS = 500;

/**
 * The body of a good answer as JSON.
 * @throws EngineError `refused` for an error status; `broken` when the body is longer than it may be, or no JSON
 */
export async function readJson(response: EngineResponse, name: string): Promise<unknown> {
  if (response.status !== 200 && response.status !== 201) throw await refusal(response, name);
  const bytes = await readBody(response, name);
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (error) {
    throw new EngineError('broken', `${name} answered with something that is no JSON`, { cause: error });
  }
}

/** What an answer with an error status says: `absent` for 404, else `refused`. */
export async function refusal(response: EngineResponse, name: string): Promise<EngineError> {
  const text = (await readBody(response, name)).toString('utf8');
  let message = text;
  try {
    message = textField(JSON.parse(text), 'message') ?? text;
  } catch {
    // its words are good enough
  }
  const failure = response.status === 404 ? 'absent' : 'refused';
  const words = message.trim().slice(0, WORDS);
  return new EngineError(failure, `${name} answered HTTP ${response.status}: ${words}`, {
    words,
    status: response.status,
  });
}

/**
 * The end of a request whose answer says nothing but that it was done. @returns its status
 * @throws EngineError `absent` or `refused` for any status that is not among those
 */
export async function expectDone(
  response: EngineResponse,
  name: string,
  statuses: readonly number[] = [200, 201, 204],
): Promise<number> {
  if (!statuses.includes(response.status)) throw await refusal(response, name);
  response.discard();
  return response.status;
}

async function readBody(response: EngineResponse, name: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response.body) {
    bytes += piece.length;
    if (bytes > ANSWER_BYTES) throw new EngineError('broken', `${name} answered with more than ${ANSWER_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
