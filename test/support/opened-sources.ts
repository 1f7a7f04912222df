import { createHash } from 'node:crypto';
import { ANY_PLACE } from '../../src/formats/tar/visitor.ts';
import type { LayerContent } from '../../src/image/content.ts';
import { openImage } from '../../src/image/open.ts';
import type { OpenedSource, OpenOptions } from '../../src/image/opened-image.ts';
import { defaultLimits } from '../../src/limits.ts';
import type { FileHeader } from '../../src/model/file.ts';
import type { Problem } from '../../src/model/problem.ts';
import { temporaryFolder } from './temporary.ts';

/** Opens what stands on this machine. Whoever opens it closes it. */
export async function openLocal(reference: string, more: Partial<OpenOptions> = {}): Promise<OpenedSource> {
  const signal = new AbortController().signal;
  return await openImage(reference, { limits: defaultLimits, signal, temporary: temporaryFolder(), ...more });
}

/** What a walk over a layer showed: headers, digests of all bodies, and problems. */
export interface WalkedLayer {
  readonly headers: readonly FileHeader[];
  /** Of files, by path: `sha256` in hexadecimal digits. */
  readonly digests: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Walks a layer and reads every body of it, in pieces or as a whole. */
export async function walkLayer(
  content: LayerContent,
  limits: typeof defaultLimits = defaultLimits,
): Promise<WalkedLayer> {
  const headers: FileHeader[] = [];
  const digests = new Map<string, string>();
  const problems: Problem[] = [];
  await content.walk(
    {
      member(header) {
        headers.push(header);
        return ANY_PLACE;
      },
      content(header, body) {
        digests.set(header.path, createHash('sha256').update(body).digest('hex'));
      },
      whole(header, body) {
        const bytes = Buffer.alloc(body.size);
        body.read(bytes, 0);
        digests.set(header.path, createHash('sha256').update(bytes).digest('hex'));
      },
      pieces(header) {
        const hash = createHash('sha256');
        return {
          write: (piece) => void hash.update(piece),
          end: () => void digests.set(header.path, hash.digest('hex')),
        };
      },
      problem: (code, message, path) => void problems.push({ code, message, ...(path !== undefined && { path }) }),
    },
    { limits },
  );
  return { headers, digests, problems };
}
