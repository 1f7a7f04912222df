import path from 'node:path';
import { nearest } from './nearest.ts';
import type { Output } from './options.ts';

/** A report to be written as somebody wrote it. */
export interface WrittenOutput {
  /** Absent: that of `--format`, in place of standard output. */
  readonly format?: string;
  /** `-` is standard output. */
  readonly file: string;
}

/** What `--output` and `--format` mean together. */
export interface SettledOutputs {
  /** Of standard output. */
  readonly format: string;
  readonly output: readonly Output[];
}

/**
 * Reads one word of `--output`: `FORMAT=FILE`, `FORMAT=-` or `FORMAT` for standard output as Grype has it, and `FILE` in
 * the format of `--format` as Trivy has it, where it cannot be a format that was misspelt.
 * @returns what is wrong with it, as a text
 */
export function readOutput(text: string, formats: readonly string[], folder: string): WrittenOutput | string {
  const at = text.indexOf('=');
  const word = (at < 0 ? text : text.slice(0, at)).trim().toLowerCase();
  if (at < 0 && formats.includes(word)) return { format: word, file: '-' };
  if (at < 0 && /[./]/.test(text)) return { file: path.resolve(folder, text) };
  if (at < 1 || at === text.length - 1) return 'FORMAT=FILE is expected';
  const file = text.slice(at + 1);
  return { format: word, file: file === '-' ? file : path.resolve(folder, file) };
}

/** Two reports in one place would leave the last alone. The one that is named twice; undefined where none is. */
export function namedTwice(outputs: readonly WrittenOutput[]): string | undefined {
  const groups = [...Map.groupBy(outputs, ({ file }) => file).values()];
  return groups.find((group) => group.length > 1)?.[0]?.file;
}

/** What was said of standard output besides, and by whom: who has the lower rank has the last word. */
interface StandardFormat {
  readonly format: string;
  readonly rank: number;
  /** Nobody said it. */
  readonly isDefault: boolean;
}

/**
 * Decides what goes where.
 * @param rank of who wrote the outputs
 * @param formats what the command knows
 * @returns what contradicts itself, as a text
 */
export function settleOutputs(
  written: readonly WrittenOutput[],
  rank: number,
  { format, rank: formatRank, isDefault }: StandardFormat,
  formats: readonly string[],
): SettledOutputs | string {
  const standard = written.find(({ file }) => file === '-')?.format;
  const instead = written.filter((one) => one.format === undefined);
  const [bare] = instead;
  if (bare !== undefined) {
    const name = path.basename(bare.file);
    if (isDefault) {
      const guess = nearest(path.extname(name).slice(1), formats) ?? formats[0];
      return `FORMAT=FILE is expected, not ${JSON.stringify(name)} alone, unless --format says in which. For example: ${guess}=${name}`;
    }
    if (instead.length > 1 || standard !== undefined) {
      return `${JSON.stringify(name)} takes the place of standard output, and only one can. Write FORMAT=FILE for each.`;
    }
  }
  if (standard !== undefined && standard !== format && rank === formatRank) {
    return `${standard} and ${format} (--format) cannot both go to standard output. Write one of them to a file: ${standard}=FILE.`;
  }
  return {
    // What is set for all commands means those that have it.
    format: standard !== undefined && rank <= formatRank && formats.includes(standard) ? standard : format,
    output: written
      .filter(({ file }) => file !== '-')
      .map(({ format: own, file }) => (own === undefined ? { format, file, instead: true } : { format: own, file })),
  };
}
