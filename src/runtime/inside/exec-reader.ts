import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { runExec } from '../../net/container-engine/exec.ts';
import type { ProcQuestion, ProcReader } from '../sockets/proc-reader.ts';

/** Programs of a container that are started to read its /proc: each takes the engine some ten milliseconds. */
const MOST = 400;

/**
 * Reads /proc of a container by programs that it has itself (`cat`, `ls`, `readlink`), where nothing else is possible. What
 * they say is what the image makes them say.
 */
export function execReader(engine: Engine, container: string): ProcReader {
  let count = 0;
  return {
    async look(question, signal) {
      count++;
      if (count > MOST) return undefined;
      try {
        const command = commandOf(question);
        const { bytes } = question;
        const { exitCode, stdout } = await runExec(
          engine,
          container,
          { command: [...command, question.path] },
          { bytes, ...(signal && { signal }) },
        );
        return exitCode === 0 || stdout.length > 0 ? answerOf(question, stdout) : undefined;
      } catch (error) {
        signal?.throwIfAborted();
        // An image without such a program.
        if (error instanceof EngineError && error.failure === 'refused') return undefined;
        throw error;
      }
    },
  };
}

function commandOf({ look }: ProcQuestion): readonly string[] {
  if (look === 'file') return ['cat'];
  if (look === 'link') return ['readlink'];
  return look === 'names' ? ['ls'] : ['ls', '-l'];
}

function answerOf({ look, prefix = '' }: ProcQuestion, output: Buffer): Buffer {
  if (look === 'file') return output;
  const lines = output
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  if (look === 'link') return Buffer.from(lines.join('\n'));
  if (look === 'names') return Buffer.from(lines.join('\0'));
  const links = lines.flatMap((line) => {
    const arrow = line.indexOf(' -> ');
    const target = line.slice(arrow + 4);
    return arrow < 0 || !target.startsWith(prefix)
      ? []
      : [line.slice(line.lastIndexOf(' ', arrow - 1) + 1, arrow), target];
  });
  return Buffer.from(links.join('\0'));
}
