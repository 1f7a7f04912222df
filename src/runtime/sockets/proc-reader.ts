import { open, readdir, readlink } from 'node:fs/promises';

/** A question about what stands below /proc. */
export interface ProcQuestion {
  /** The content of a file, the names in a folder, the target of a link, or those of all links in a folder. */
  readonly look: 'file' | 'names' | 'link' | 'links';
  readonly path: string;
  /** Bytes of the answer; what is beyond is cut. */
  readonly bytes: number;
  /** Links whose targets begin otherwise are left out. */
  readonly prefix?: string;
}

/** Reads /proc: of this machine, through a relay, or by programs of the container itself. */
export interface ProcReader {
  /** Undefined where it cannot be read. Names and links are joined by zero bytes, links as name and target by turns. */
  look(question: ProcQuestion, signal?: AbortSignal): Promise<Buffer | undefined>;
}

/** The text of a file, cut at so many bytes. */
export async function readText(
  reader: ProcReader,
  path: string,
  bytes: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return (await reader.look({ look: 'file', path, bytes }, signal))?.toString();
}

export async function readNames(
  reader: ProcReader,
  path: string,
  bytes: number,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  return split(await reader.look({ look: 'names', path, bytes }, signal));
}

export async function readLink(reader: ProcReader, path: string, signal?: AbortSignal): Promise<string | undefined> {
  return (await reader.look({ look: 'link', path, bytes: 8192 }, signal))?.toString();
}

/** Targets of the links in a folder that begin with `prefix`. */
export async function readTargets(
  reader: ProcReader,
  path: string,
  prefix: string,
  bytes: number,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  return split(await reader.look({ look: 'links', path, prefix, bytes }, signal)).filter((_, index) => index % 2 === 1);
}

function split(answer: Buffer | undefined): readonly string[] {
  return answer === undefined || answer.length === 0 ? [] : answer.toString().split('\0');
}

/** /proc of this machine, read by this process. */
export const localProc: ProcReader = {
  async look({ look, path, bytes, prefix = '' }) {
    try {
      if (look === 'file') return await readFileStart(path, bytes);
      if (look === 'link') return await readlink(path, { encoding: 'buffer' });
      const names = await readdir(path);
      if (look === 'names') return Buffer.from(names.join('\0')).subarray(0, bytes);
      const links: string[] = [];
      for (const name of names) {
        const target = await readlink(`${path}/${name}`).catch(() => undefined);
        if (target?.startsWith(prefix)) links.push(name, target);
      }
      return Buffer.from(links.join('\0')).subarray(0, bytes);
    } catch {
      return undefined;
    }
  },
};

/** Files of /proc have no size: they are read until they end. */
async function readFileStart(path: string, most: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    while (length < most) {
      const piece = Buffer.allocUnsafe(Math.min(64 * 1024, most - length));
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      if (bytesRead === 0) break;
      pieces.push(piece.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(pieces);
  } finally {
    await file.close();
  }
}
