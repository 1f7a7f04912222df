import { type StoredSeverity, storedSeverities } from '../../store/package-version.ts';
import type { OwnOption } from '../command.ts';

/** The options of analyze-local-images, in the order in which its usage lists them. */
export const analyzeOptions = [
  {
    name: 'color',
    value: 'string',
    description: 'Colorize the output (always, auto, never)',
    default: 'auto',
    choices: ['always', 'auto', 'never'],
  },
  { name: 'endpoint', value: 'string', description: 'Address to Clair API', default: 'http://127.0.0.1:6060' },
  {
    name: 'minimum-severity',
    value: 'string',
    description: `Minimum severity of vulnerabilities to show (${storedSeverities.join(', ')})`,
    default: 'Negligible',
    choices: storedSeverities,
  },
  { name: 'my-address', value: 'string', description: 'Address from the point of view of Clair', default: '127.0.0.1' },
] as const satisfies readonly OwnOption[];

type AnalyzeOptionName = (typeof analyzeOptions)[number]['name'];

/** What the user asked for. */
export interface AnalyzeRequest {
  readonly image: string;
  readonly endpoint: string;
  readonly myAddress: string;
  readonly minimumSeverity: StoredSeverity;
  readonly color: 'always' | 'never' | 'auto';
}

/** Words that ask for nothing that can be done: a complaint, where there is one, and how to end. */
export interface Misuse {
  readonly complaint?: string;
  readonly status: number;
}

/**
 * Reads the words as the flag package of Go does: `-name value`, `-name=value`, one hyphen or two, up to the first word
 * that is no flag.
 */
export function parseArguments(words: readonly string[]): AnalyzeRequest | Misuse {
  const values = new Map<AnalyzeOptionName, string>(analyzeOptions.map((option) => [option.name, option.default]));
  const rest = [...words];
  while (rest[0]?.startsWith('-') === true && rest[0] !== '-') {
    const word = rest.shift() as string;
    if (word === '--') break;
    const [, name = '', inline] = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '') return { complaint: `bad flag syntax: ${word}`, status: 2 };
    const option = analyzeOptions.find((one) => one.name === name);
    if (option === undefined) {
      if (name === 'h' || name === 'help') return { status: 0 };
      return { complaint: `flag provided but not defined: -${name}`, status: 2 };
    }
    const value = inline ?? rest.shift();
    if (value === undefined) return { complaint: `flag needs an argument: -${name}`, status: 2 };
    values.set(option.name, value);
  }
  const [image, ...more] = rest;
  const severity = parseSeverity(values.get('minimum-severity') ?? '');
  const late = more.find((word) => /^--?[^=-]/.test(word))?.replace(/=.*$/s, '');
  // The original shows its usage here and nothing else, also where it knows the flag.
  if (late !== undefined)
    return { complaint: `flag behind the image: ${late} (options stand before image-id)`, status: 1 };
  if (image === undefined || more.length > 0 || severity === undefined) return { status: 1 };
  const color = values.get('color');
  return {
    image,
    endpoint: values.get('endpoint') ?? '',
    myAddress: values.get('my-address') ?? '',
    minimumSeverity: severity,
    color: color === 'always' || color === 'never' ? color : 'auto',
  };
}

function parseSeverity(text: string): StoredSeverity | undefined {
  return storedSeverities.find((severity) => severity.toLowerCase() === text.toLowerCase());
}

/** What the original shows of itself, on standard error. */
export function analyzeUsage(program: string): string {
  const rows = analyzeOptions.map(
    ({ name, value, description, default: standard }) =>
      `  -${name} ${value}\n    \t${description} (default "${standard}")\n`,
  );
  return `Usage: ${program} [options] image-id\n\nOptions:\n${rows.join('')}`;
}
