import { ConditionError } from '../../runtime/call-rules/condition-error.ts';
import { compileRegex } from '../../runtime/call-rules/linear-regex.ts';

/** Figures that can be compared. */
export const metricNames = [
  ...(['cpu', 'memory', 'connections', 'processes', 'containers', 'threads', 'files', 'restarts', 'load'] as const),
];
export type MetricName = (typeof metricNames)[number];

/** Fields that can be asked for by name, besides `label.NAME`. */
export const fieldNames = [
  ...(['name', 'id', 'image', 'state', 'health', 'host', 'network', 'address', 'port', 'label', 'severity'] as const),
  ...(['vulnerability', 'package', 'drift', 'power', 'exposure', 'process', 'command', 'user', 'pid', 'kind'] as const),
];
const fields: ReadonlySet<string> = new Set(fieldNames);

/** One word of a search. All of them have to fit. */
export type Term =
  | { readonly kind: 'text'; readonly shown: string; readonly test: Test }
  | { readonly kind: 'field'; readonly shown: string; readonly field: string; readonly test: Test }
  | {
      readonly kind: 'metric';
      readonly shown: string;
      readonly metric: MetricName;
      readonly test: (value: number) => boolean;
    };

interface Test {
  (text: string): boolean;
  /** What a character of text costs, about. */
  readonly cost: number;
}

const MOST_TERMS = 20;

/**
 * Reads what somebody searches for: words and regular expressions, `field:word`, `metric > 5`. What is no expression is a
 * word, and what names no field or figure is text, so that nothing that somebody types is wrong.
 */
export function parseSearch(words: string): readonly Term[] {
  const tokens = tokensOf(words);
  const terms: Term[] = [];
  for (let index = 0; index < tokens.length && terms.length < MOST_TERMS; index++) {
    const metric = readMetric(tokens, index);
    if (metric !== undefined) {
      terms.push(metric.term);
      index += metric.tokens - 1;
      continue;
    }
    terms.push(readWord(tokens[index]!));
  }
  return terms;
}

/** Splits at blanks that stand in no quotes; quotes are left out. */
function tokensOf(words: string): string[] {
  const tokens: string[] = [];
  let token = '';
  let quote: string | undefined;
  let isOpen = false;
  for (const character of words) {
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else token += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      isOpen = true;
    } else if (/\s/.test(character)) {
      if (token !== '' || isOpen) tokens.push(token);
      token = '';
      isOpen = false;
    } else token += character;
  }
  if (token !== '' || isOpen) tokens.push(token);
  return tokens.filter((one) => one !== '');
}

/** `cpu>50%`, `cpu > 50%`, `cpu >50%`, `memory < 1 GB`. */
function readMetric(
  tokens: readonly string[],
  from: number,
): { readonly term: Term; readonly tokens: number } | undefined {
  let joined = '';
  for (let count = 1; count <= 4 && from + count <= tokens.length; count++) {
    joined += tokens[from + count - 1];
    const found = /^([a-z]{1,20})(>=|<=|>|<|=)(\d{1,15}(?:\.\d{1,9})?)(%|[kmgt]i?b?|b)?$/i.exec(joined);
    // A unit may stand alone behind its number.
    const next = tokens[from + count];
    if (found !== null && found[4] === undefined && next !== undefined && /^(?:%|[kmgt]i?b)$/i.test(next)) continue;
    const metric = found === null ? undefined : metricNames.find((one) => one === found[1]!.toLowerCase());
    if (found === null || metric === undefined) continue;
    const limit = Number(found[3]) * factorOf(found[4]);
    return { term: { kind: 'metric', metric, shown: joined, test: comparisons[found[2]!]!(limit) }, tokens: count };
  }
  return undefined;
}

const comparisons: Readonly<Record<string, (limit: number) => (value: number) => boolean>> = {
  '>': (limit) => (value) => value > limit,
  '<': (limit) => (value) => value < limit,
  '>=': (limit) => (value) => value >= limit,
  '<=': (limit) => (value) => value <= limit,
  '=': (limit) => (value) => Math.abs(value - limit) <= Math.abs(limit) * 0.005,
};

/** Of memory 1000 and 1024 are not told apart by those who type: both mean 1024. */
function factorOf(unit: string | undefined): number {
  if (unit === undefined || /^b$/i.test(unit)) return 1;
  if (unit === '%') return 0.01;
  return 1024 ** ('kmgt'.indexOf(unit[0]!.toLowerCase()) + 1);
}

function readWord(token: string): Term {
  const [, field = '', value = ''] = /^([a-z]{1,20}(?:\.[^:]{1,200})?):(.*)$/is.exec(token) ?? [];
  const name = field.toLowerCase().startsWith('label.') ? `label.${field.slice(6)}` : field.toLowerCase();
  if (fields.has(name) || name.startsWith('label.')) {
    return { kind: 'field', field: name, shown: `${name}:${value}`, test: makeTest(value) };
  }
  return { kind: 'text', shown: token, test: makeTest(token) };
}

function makeTest(words: string): Test {
  const lower = words.toLowerCase();
  const asWord = Object.assign((text: string) => text.toLowerCase().includes(lower), { cost: 1 });
  if (!/[\\^$*+?()[\]{}|]/.test(words)) return asWord;
  try {
    return Object.assign(compileRegex(words, { insensitive: true }), { cost: 20 + words.length });
  } catch (error) {
    if (error instanceof ConditionError) return asWord;
    throw error;
  }
}
