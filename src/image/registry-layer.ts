import { FormatError, SourceError } from '../errors.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import type { LayerWalkOptions, WalkResult } from './content.ts';
import { StreamLayer } from './stream-layer.ts';

/**
 * A layer that a registry has. What is wrong with the blob is a problem of the layer; a registry that does not answer
 * ends the scan, since another try may find what is missing.
 */
export class RegistryLayer extends StreamLayer {
  override async walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult> {
    try {
      return await super.walk(visitor, options);
    } catch (error) {
      if (error instanceof SourceError && error.code === 'source.not-found') {
        visitor.problem('image.layer-missing', error.message);
      } else if (error instanceof FormatError) {
        visitor.problem(error.reason === 'truncated' ? 'layer.truncated' : 'layer.damaged', error.message);
      } else {
        throw error;
      }
      return { bytes: 0 };
    }
  }
}
