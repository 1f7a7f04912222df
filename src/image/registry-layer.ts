import { SourceError } from '../errors.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import type { LayerWalkOptions, WalkResult } from './content.ts';
import { StreamLayer } from './stream-layer.ts';

/**
 * A layer that a registry has. That it does not have it is a problem of the layer; a registry that does not answer
 * ends the scan, since another try may find what is missing.
 */
export class RegistryLayer extends StreamLayer {
  override async walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult> {
    const tally = options.tally ?? { bytes: 0 };
    const before = tally.bytes;
    try {
      return await super.walk(visitor, { ...options, tally });
    } catch (error) {
      if (!(error instanceof SourceError) || error.code !== 'source.not-found') throw error;
      visitor.problem('image.layer-missing', error.message);
      // A mirror or a registry may lose it while it sends it.
      return { bytes: tally.bytes - before };
    }
  }
}
