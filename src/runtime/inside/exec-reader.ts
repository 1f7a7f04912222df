import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { runExec } from '../../net/container-engine/exec.ts';
import type { ProcQuestion, ProcReader } from '../sockets/proc-reader.ts';

/**
 * Reads files of the /proc of a container by its own `cat`, where nothing else is possible: what it says is what the image
 * makes it say. Each file takes the engine some ten milliseconds, so that folders and links are not looked at.
 */
export function execReader(engine: Engine, container: string): ProcReader {
  return {
    async look({ look, path, bytes }: ProcQuestion, signal) {
      if (look !== 'file') return undefined;
      try {
        const settings = { command: ['cat', path] };
        const { exitCode, stdout } = await runExec(engine, container, settings, { bytes, ...(signal && { signal }) });
        return exitCode === 0 ? stdout : undefined;
      } catch (error) {
        signal?.throwIfAborted();
        // An image without such a program.
        if (error instanceof EngineError && error.failure === 'refused') return undefined;
        throw error;
      }
    },
  };
}
