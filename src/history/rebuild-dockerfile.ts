import { writeDockerfile } from '../formats/dockerfile/write-instruction.ts';
import type { BaseImage } from '../model/base-image.ts';
import type { DockerfileInstruction, ImageHistory, Instruction } from '../model/history.ts';
import { configDifferences } from './config-differences.ts';

type Part = DockerfileInstruction | { readonly comment: string };

const BASE = 'org.opencontainers.image.base.name';

/**
 * Writes a build file that makes the configuration of an image, as far as its history tells how it was made. Comments say
 * what is not known. The text comes from the image: escape it before a terminal sees it.
 * @param known the image that it was built from: where its instructions end is said
 */
export function rebuildDockerfile(
  history: ImageHistory,
  config: Readonly<Record<string, unknown>>,
  known?: BaseImage,
): string {
  const { instructions } = history;
  const given = givenValues(instructions);
  const parts: Part[] = [{ comment: 'Rebuilt from the history of an image. Stages, and FROM, are not recorded.' }];
  const labels = config['Labels'];
  const base = typeof labels === 'object' && labels !== null ? (labels as Record<string, unknown>)[BASE] : undefined;
  if (known?.entries === undefined && typeof base === 'string')
    parts.push({ comment: `A label says that it was built on ${base}, whose instructions are among these.` });
  parts.push({ keyword: 'FROM', arguments: { flags: [], words: ['scratch'], pairs: [], documents: [] } });
  for (const instruction of instructions) {
    if (instruction.index === known?.entries) parts.push({ comment: seamWords(known) });
    parts.push(...partsOf(instruction, given));
  }
  if (instructions.length === 0) parts.push({ comment: 'There is no history.' });
  const differences = configDifferences(instructions, config);
  if (differences.length > 0)
    parts.push({
      comment: 'What follows is in the configuration, and not in the history or otherwise. The configuration counts.',
    });
  for (const { instruction } of differences) parts.push(instruction);
  return writeDockerfile(parts);
}

function seamWords({ name, digest, entries = 0 }: BaseImage): string {
  const what = [name, digest].filter(isSome).join(', ');
  const above = entries === 1 ? 'The instruction above is that' : `The ${entries} instructions above are those`;
  return `${above} of the base image${what === '' ? '' : ` (${what})`}: FROM can stand for it.`;
}

function partsOf(instruction: Instruction, given: ReadonlyMap<string, string>): Part[] {
  const { kind, arguments: parts, raw, comment, isCertain } = instruction;
  switch (kind) {
    case 'IMPORT':
      return [{ comment: `A file system was imported${about(comment)}.` }];
    case 'COMMIT':
      return [{ comment: `A container was committed${about(comment)}. It ran: ${raw}` }];
    case 'LAYER':
      return [{ comment: `A layer without an instruction: ${[raw, comment].filter(isSome).join(', ')}` }];
    case 'UNKNOWN':
      return [
        { comment: raw === '' ? `Nothing is recorded of this step${about(comment)}.` : `Not understood: ${raw}` },
      ];
    case 'ARG':
      return [
        {
          keyword: kind,
          arguments: {
            ...parts,
            pairs: parts.pairs.map((pair) => {
              const value = pair.value ?? given.get(pair.name);
              return value === undefined ? pair : { name: pair.name, value };
            }),
          },
        },
      ];
    default: {
      const written = { keyword: kind, arguments: parts };
      const doubt = isCertain ? undefined : doubtOf(instruction);
      // Without its text, a here-document would swallow what follows.
      if (isOfDocument(instruction)) return [{ comment: `The text of the file is not recorded: ${instruction.text}` }];
      return doubt === undefined ? [written] : [{ comment: doubt }, written];
    }
  }
}

function isOfDocument({ kind, arguments: { words } }: Instruction): boolean {
  return (kind === 'COPY' || kind === 'ADD') && words.some((word) => word.startsWith('<<'));
}

function doubtOf({ kind, form }: Instruction): string {
  if (kind === 'COPY' || kind === 'ADD') return 'Only a digest of the sources is recorded.';
  if (kind !== 'RUN') return 'Quotes are not recorded.';
  return form === 'exec'
    ? 'How the command was parted into words is not recorded.'
    : 'Where the build arguments end and the command begins is not recorded.';
}

/** Values that the user gave to ARG, as the first RUN after it tells. */
function givenValues(instructions: readonly Instruction[]): Map<string, string> {
  const given = new Map<string, string>();
  for (const { buildArguments } of instructions)
    for (const { name, value } of buildArguments) if (!given.has(name) && value !== '') given.set(name, value);
  return given;
}

function about(comment: string | undefined): string {
  return comment === undefined ? '' : ` (${comment})`;
}

function isSome(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}
