import { nameInside } from '../../base-images/base-name.ts';
import { type KnownBase, knownBaseOf } from '../../base-images/known-base.ts';
import { SourceError, UsageError } from '../../errors.ts';
import { openImage } from '../../image/open.ts';
import { isFile, splitReference } from '../../image/scheme.ts';
import type { ImageInfo } from '../../model/image.ts';
import { escapeText } from '../../report/escape.ts';
import { jsonText } from '../../report/json.ts';
import { countWords } from '../../report/words.ts';
import { baseStore } from '../base-images.ts';
import type { Invocation } from '../command.ts';
import { readingOptions } from '../reading-options.ts';
import { currentTime, makeScanContext } from '../scan-context.ts';
import { checkStandardInput } from '../standard-input.ts';
import { withDialer } from '../with-dialer.ts';

/** Another process changes the file within moments. */
const WAIT = 10_000;

/** `drydock base learn` */
export async function learnBase(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { name, format } = configuration.settings;
  const reference = words[0]!;
  checkStandardInput(words, io, 'Pipe an image into "drydock base learn - --name NAME".');
  const store = baseStore(invocation);
  const bases = await describe(reference, name, invocation);
  const { bases: before } = store.read();
  for (const base of bases) {
    const unchanged = await store.learn(base, WAIT);
    if (unchanged !== undefined) throw refusal(store.file, unchanged.reason);
  }
  if (format === 'json') await io.stdout.write(jsonText({ schemaVersion: 1, bases }));
  else {
    for (const base of bases) {
      const other = before.get(base.chain);
      const instead =
        other === undefined || other.name === base.name ? '' : `, which was called ${escapeText(other.name)}`;
      await io.stdout.write(
        `Learned ${escapeText(base.name)}${instead}: ${countWords(base.layers, 'layer')}, ${base.chain}.\n`,
      );
    }
  }
  return 0;
}

/** Each variant for another platform is a base of its own. */
async function describe(
  reference: string,
  name: string | undefined,
  invocation: Invocation,
): Promise<readonly KnownBase[]> {
  const context = makeScanContext(invocation);
  const now = currentTime(invocation.io.environment);
  return await withDialer(invocation, async (dialer) => {
    const { platform, elsewhere } = readingOptions(invocation, context, dialer);
    const { limits, signal, temporary } = context;
    const opened = await openImage(reference, {
      ...(platform !== undefined && { platform }),
      ...(elsewhere !== undefined && { elsewhere }),
      limits,
      signal,
      temporary,
      descriptionOnly: true,
    });
    try {
      const bases = opened.images.flatMap(
        ({ info, problems, historyLength = info.history.length }) =>
          knownBaseOf(info, problems, {
            name: name ?? nameOf(reference, info),
            by: 'taught',
            now,
            entries: historyLength,
          }) ?? [],
      );
      if (bases.length === 0) {
        throw new SourceError(
          'source.not-an-image',
          `${reference} has no layers with digests by which an image that was built from it could be recognised`,
        );
      }
      return bases;
    } finally {
      opened.close();
    }
  });
}

/** What the image is called where nobody says: an archive tells, its path does not. */
function nameOf(reference: string, info: ImageInfo): string {
  const inside = isFile(reference) ? nameInside(info) : undefined;
  if (inside === undefined && splitReference(reference).location === '-') {
    throw new UsageError(
      'usage.option',
      'standard input (-) has no name, and the image in it has none: give one with --name.',
    );
  }
  return inside ?? reference;
}

/** `drydock base forget` */
export async function forgetBases(invocation: Invocation): Promise<number> {
  const { words, io } = invocation;
  const store = baseStore(invocation);
  const { bases, problem } = store.read();
  if (problem !== undefined) throw refusal(store.file, problem);
  const known = new Set([...bases.values()].map(({ name }) => name));
  const missing = words.filter((name) => !known.has(name));
  if (missing.length > 0) {
    const names = missing.map((name) => JSON.stringify(name)).join(', ');
    throw new UsageError(
      'usage.option',
      `No base image is called ${names}. "drydock base list" shows those that are known.`,
    );
  }
  const unchanged = await store.forget(new Set(words), WAIT);
  if (unchanged !== undefined) throw refusal(store.file, unchanged.reason);
  await io.stdout.write(`Forgotten: ${[...new Set(words)].map(escapeText).join(', ')}.\n`);
  return 0;
}

function nextStep(reason: string): string {
  if (reason.includes('ENOSPC')) return 'Make room there, or choose another folder with --cache-dir.';
  if (/\(E[A-Z]+\)/.test(reason)) return 'Choose a folder that can be written to with --cache-dir.';
  if (reason.includes('damaged') || reason.includes('too large'))
    return 'The file can be removed; what was learned is then gone.';
  if (reason.includes('only this user'))
    return 'Take the rights to write it from others, or choose another folder with --cache-dir.';
  if (reason.includes('as many as can be kept')) return '"drydock base forget NAME" makes room.';
  return 'Try it again.';
}

function refusal(file: string, reason: string): UsageError {
  const words = reason.startsWith(file) ? reason : `${file}: ${reason}`;
  return new UsageError('output.not-writable', `Base images cannot be changed: ${words}. ${nextStep(reason)}`);
}
