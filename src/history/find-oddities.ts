import type { Builder, HistoryOddity, Instruction, InstructionKind } from '../model/history.ts';
import type { HistoryEntry, ImageInfo } from '../model/image.ts';
import { configDifferences } from './config-differences.ts';
import { timeOf } from './entry-time.ts';

/** Images of honest makers have some hundred entries. */
const MANY = 1000;
/** Longer than what the reader of shells takes. */
const LONG = 1 << 20;
/** Oddities of one image that are told. */
const MOST = 1000;
const day = 24 * 60 * 60 * 1000;

const content: ReadonlySet<InstructionKind> = new Set([
  'ADD',
  'COPY',
  'RUN',
  'WORKDIR',
  'IMPORT',
  'COMMIT',
  'LAYER',
  'UNKNOWN',
]);
/** Builders that make a layer for what changes files, and for nothing else. */
const strict: ReadonlySet<Builder> = new Set(['legacy', 'buildkit']);
const opaque: ReadonlySet<InstructionKind> = new Set(['IMPORT', 'COMMIT', 'LAYER', 'UNKNOWN']);

/** Tells what a builder would not have written. Messages hold no text of the image. */
export function findOddities(
  image: Pick<ImageInfo, 'history' | 'config'> & { readonly layers?: ImageInfo['layers'] },
  instructions: readonly Instruction[],
  now: Date | undefined,
): HistoryOddity[] {
  const { history, layers } = image;
  if (history.length === 0) return [{ kind: 'missing', message: 'there is no history' }];
  const found: HistoryOddity[] = [];
  if (history.length > MANY)
    found.push({ kind: 'too-many-entries', message: `the history has ${history.length} entries` });
  const makers = history.filter(({ isEmpty }) => isEmpty !== true).length;
  if (layers !== undefined && makers !== layers.length)
    found.push({
      kind: 'layer-count',
      message: `the history tells of ${makers} layers, the image has ${layers.length}`,
    });
  const isWhole = instructions.every(({ kind, builder }) => strict.has(builder) && !opaque.has(kind));
  if (isWhole) {
    for (const { instruction, isContradiction } of configDifferences(instructions, image.config))
      if (isContradiction)
        found.push({
          kind: 'config',
          message: `${instruction.keyword} of the history is not what the configuration says`,
        });
  }
  let latest: number | undefined;
  for (const [index, entry] of history.entries()) {
    if (found.length >= MOST) break;
    found.push(...ofEntry(entry, instructions[index]!, index));
    const time = timeOf(entry.created);
    if (time === undefined) continue;
    if (time === 'no time') found.push({ kind: 'time-form', message: 'the time is none', entry: index });
    else if (time.year < 1970 || time.year > 2100 || (now !== undefined && time.milliseconds > now.getTime() + day))
      found.push({ kind: 'time-range', message: `the time is in the year ${time.year}`, entry: index });
    else if (time.milliseconds > day) {
      // Times at the beginning of the epoch are those of builds that can be repeated.
      if (latest !== undefined && time.milliseconds < latest)
        found.push({ kind: 'time-order', message: 'the time is before that of the entry before', entry: index });
      latest = time.milliseconds;
    }
  }
  return found.slice(0, MOST);
}

function ofEntry(
  { isEmpty }: HistoryEntry,
  { kind, builder, raw, comment, author, buildArguments }: Instruction,
  entry: number,
): HistoryOddity[] {
  const found: HistoryOddity[] = [];
  if (raw === '' && comment === undefined) found.push({ kind: 'empty-entry', message: 'nothing is recorded', entry });
  if (raw.length > LONG)
    found.push({ kind: 'too-long', message: `the instruction has ${raw.length} characters`, entry });
  if ([raw, comment, author].some((text) => text !== undefined && unseen.test(text)))
    found.push({ kind: 'control-characters', message: 'there are characters that a terminal obeys or hides', entry });
  if (strict.has(builder) && !content.has(kind) && isEmpty !== true)
    found.push({ kind: 'layer-of-metadata', message: `${kind} has a layer`, entry });
  if (builder === 'buildkit' && (kind === 'RUN' || kind === 'COPY' || kind === 'ADD') && isEmpty === true)
    found.push({ kind: 'no-layer-of-content', message: `${kind} has no layer`, entry });
  const count = builder === 'buildah' ? null : /^(?:RUN )?\|(\d+) /.exec(raw.slice(0, 40));
  if (count !== null && Number(count[1]) !== buildArguments.length)
    found.push({ kind: 'build-arguments', message: 'there are not as many build arguments as it says', entry });
  return found;
}

/** Controls other than line ends and tabs, marks of direction, what has no width, halves of surrogates. */
const unseen =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
