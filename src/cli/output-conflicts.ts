import { type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { Output } from '../config/options.ts';
import { UsageError } from '../errors.ts';
import { checkOutputFile } from './output-file.ts';

function fileAt(name: string): Stats | undefined {
  try {
    const stats = statSync(name, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Refuses to write a report over what is to be read: an image is easily lost to a slip of the fingers. Two reports in one
 * file, which has two names, would leave the last alone. What cannot be written is told before the work, too.
 * @param inputs references of images, which may begin with a scheme, and paths of other files
 * @throws UsageError, DrydockError `output.not-writable`
 */
export function checkOutputs(outputs: readonly Output[], inputs: readonly string[], folder: string): void {
  for (const { file } of outputs) checkOutputFile(file);
  const read = inputs
    .flatMap((input) => [input, input.replace(/^[a-z-]+:/, '')])
    .flatMap((input) => fileAt(path.resolve(folder, input)) ?? []);
  const written = outputs.flatMap(({ file }) => {
    const there = fileAt(file);
    return there === undefined ? [] : { file, there };
  });
  for (const [index, { file, there }] of written.entries()) {
    const isSame = ({ dev, ino }: Stats): boolean => dev === there.dev && ino === there.ino;
    if (read.some(isSame)) {
      throw new UsageError('usage.option', `--output: ${file} is to be read, so no report can be written there.`);
    }
    const before = written.slice(0, index).find((other) => isSame(other.there));
    if (before === undefined) continue;
    throw new UsageError(
      'usage.option',
      `--output: ${file} and ${before.file} are one file; every report needs its own.`,
    );
  }
}
