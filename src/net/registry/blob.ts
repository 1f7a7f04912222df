import { FormatError } from '../../errors.ts';
import type { DialResponse } from '../dial.ts';
import { connectionError, RegistryError } from './failure.ts';
import { type Patience, pause } from './patience.ts';
import type { Session } from './session.ts';

/** Whoever has a blob: one endpoint of a registry, as a rule. */
export type BlobHolder = Pick<Session, 'registry' | 'request'>;

export interface BlobRequest {
  readonly digest: string;
  /** Bytes it has, as its descriptor says; undefined: as many as come, up to `maximum`. */
  readonly size: number | undefined;
  readonly maximum: number;
  /** For messages. */
  readonly what: string;
}

/**
 * The bytes of a blob from `position` on. A connection that breaks is continued where it broke (RFC 9110 section 14);
 * where the server cannot do so, the blob is read again and what came before is passed over. Attempts count anew
 * whenever one brought something. The digest is for the reader to check.
 * @param position where to begin, and where it stands whenever this ends
 * @throws RegistryError when it cannot be had
 * @throws FormatError when it is shorter or longer than its descriptor says
 */
export async function* readBlob(
  session: BlobHolder,
  request: BlobRequest,
  position: { bytes: number },
  patience: Patience,
): AsyncGenerator<Buffer, void, undefined> {
  const { limits, signal } = patience;
  const { size } = request;
  let fruitless = 0;
  let ranges = true;
  for (let count = 1; ; count++) {
    const before = position.bytes;
    let failure: RegistryError | FormatError;
    try {
      const response = await session.request({
        path: `blobs/${request.digest}`,
        what: request.what,
        headers: {
          'accept-encoding': 'identity',
          ...(ranges && before > 0 && { range: `bytes=${before}-` }),
        },
        signal,
      });
      const part = startOf(response, before, size);
      if (part === undefined) {
        response.discard();
        ranges = false;
        failure = new RegistryError(
          'source.unreachable',
          `${session.registry} cannot send the rest of ${request.what}`,
          {
            transient: true,
          },
        );
      } else {
        yield* pieces(response, part, position, request, session.registry);
        if (size === undefined || position.bytes === size) return;
        failure = new FormatError(`it ends in the middle: ${position.bytes} bytes of ${size} came`, {
          reason: 'truncated',
        });
        if (part.total !== undefined && part.total < size) throw failure;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof FormatError) throw error;
      failure = connectionError(session.registry, error);
    }
    fruitless = position.bytes > before ? 1 : fruitless + 1;
    if (failure instanceof FormatError) {
      if (fruitless >= patience.attempts) throw failure;
      failure = new RegistryError('source.unreachable', `${session.registry} ended ${request.what} too early`, {
        transient: true,
      });
    }
    if (count >= limits.requests) {
      throw new RegistryError(failure.code, `${failure.message} (asked ${count} times)`, { cause: failure });
    }
    await pause(failure, fruitless, patience);
  }
}

/** Where an answer begins, and how many bytes its server says the whole has. */
interface Part {
  readonly start: number;
  readonly total: number | undefined;
}

/** undefined where the answer is another part than was asked for, or none. */
function startOf(response: DialResponse, wanted: number, size: number | undefined): Part | undefined {
  if (response.status === 200) {
    const length = response.header('content-length');
    return { start: 0, total: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined };
  }
  if (response.status !== 206) return undefined;
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(response.header('content-range') ?? '');
  if (range === null) return undefined;
  const total = Number(range[3]);
  const open = Number.isNaN(total);
  if (Number(range[1]) !== wanted || (size !== undefined && !open && total !== size)) return undefined;
  return { start: wanted, total: open ? undefined : total };
}

async function* pieces(
  response: DialResponse,
  part: Part,
  position: { bytes: number },
  { size, maximum }: BlobRequest,
  registry: string,
): AsyncGenerator<Buffer, void, undefined> {
  // What was handed on before comes again where the server cannot skip it.
  let skip = position.bytes - part.start;
  try {
    for await (const chunk of response.body) {
      const skipped = Math.min(skip, chunk.length);
      skip -= skipped;
      const rest = chunk.subarray(skipped);
      const room = Math.max(0, (size ?? maximum) - position.bytes);
      if (rest.length > 0 && room > 0) {
        const piece = rest.subarray(0, room);
        position.bytes += piece.length;
        yield piece;
      }
      if (rest.length > room) {
        throw new FormatError(`it has more bytes than the ${size ?? maximum} that it should have, says ${registry}`);
      }
    }
  } finally {
    response.discard();
  }
}
