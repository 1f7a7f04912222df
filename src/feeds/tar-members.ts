import { FormatError, LimitError } from '../errors.ts';
import { TarParser } from '../formats/tar/push.ts';
import { defaultLimits } from '../limits.ts';

/** Bytes of an archive once it is decompressed: all of Red Hat's documents have some tens of gigabytes. */
const ARCHIVE = 128 * 1024 ** 3;
/** Bytes of one member: it is held in memory. */
const MEMBER = 1024 ** 3;

/** A file of an archive. */
export interface TarMember {
  readonly path: string;
  readonly content: Buffer;
}

/**
 * The files of a tar archive that comes in pieces, one after the other; those that `wants` does not name are passed over.
 * @throws FormatError for a damaged archive
 * @throws LimitError for a file of more than 1 GiB
 */
export async function* tarMembers(
  pieces: AsyncIterable<Buffer>,
  wants: (path: string) => boolean,
): AsyncGenerator<TarMember> {
  const members: TarMember[] = [];
  const parser = new TarParser(
    {
      member: (header) => {
        if (header.type !== 'file' || !wants(header.path)) return 0;
        if (header.size > MEMBER) throw new LimitError(`${header.path} of the archive is too large`);
        return header.size;
      },
      content: (header, content) => members.push({ path: header.path, content: Buffer.from(content) }),
      problem: (_code, message) => {
        throw new FormatError(`the archive is damaged: ${message}`);
      },
    },
    { limits: { ...defaultLimits, layerBytes: ARCHIVE } },
  );
  for await (const piece of pieces) {
    parser.push(piece);
    yield* members.splice(0);
  }
  parser.end();
  yield* members.splice(0);
}
