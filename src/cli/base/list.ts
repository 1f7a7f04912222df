import { compareText } from '../../model/order.ts';
import { jsonText } from '../../report/json.ts';
import { dayWords, numberWords } from '../../report/words.ts';
import { baseStore } from '../base-images.ts';
import type { Invocation } from '../command.ts';
import { line } from '../db/summary.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';

/** `drydock base list` */
export async function listBases(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const store = baseStore(invocation);
  const { bases, problem } = store.read();
  if (problem !== undefined) io.log.warn({}, `no base image is known: ${problem}`);
  const sorted = [...bases.values()].sort(
    (a, b) => compareText(a.name, b.name) || compareText(a.at, b.at) || compareText(a.chain, b.chain),
  );
  if (configuration.settings.format === 'json') {
    const problems = problem === undefined ? [] : [problem];
    await io.stdout.write(jsonText({ schemaVersion: 1, file: store.file, bases: sorted, problems }));
    return 0;
  }
  const width = textWidth(io.stdout, io.environment);
  if (sorted.length === 0) {
    await io.stdout.write(
      line('No base image is known. "drydock base learn IMAGE" learns one; scans remember theirs.', width),
    );
    return 0;
  }
  const rows = sorted.map(({ name, by, layers, created, at, chain }) => [
    name,
    by === 'taught' ? 'taught' : 'scanned',
    numberWords(layers),
    created === undefined ? '-' : dayWords(created),
    dayWords(at),
    chain.slice('sha256:'.length, 'sha256:'.length + 12),
  ]);
  await io.stdout.write(layOut(['Name', 'How', 'Layers', 'Created', 'Met', 'Layers are'], rows, width));
  return 0;
}
