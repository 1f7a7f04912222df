import type { RuleSet } from '../../model/check.ts';
import type { Witness, WitnessKind, WitnessPlace, WitnessWeight } from '../../model/witness.ts';
import { type Content, placeIn } from '../content.ts';
import type { ContentType } from '../content-type.ts';
import { type ContentEngine, NOTHING } from '../engine.ts';
import { excerpt } from '../excerpt.ts';
import { lineNumbers } from '../line-numbers.ts';
import { type SharedRules, shareRules } from './shared-rules.ts';
import type { PatternMatch, YaraMatch, YaraScan } from './yara-rules.ts';

export interface YaraEngineOptions {
  readonly set: RuleSet;
  /** What the check is about: what matches is taken for that, unless rules of ours say otherwise of themselves. */
  readonly kind: 'malware' | 'webshell';
  /** The set is ours: what its rules say of kind, weight and types is believed, and what is not for this check is left out. */
  readonly isOurs?: boolean;
  /** Rules of ours about potentially unwanted programs, too. */
  readonly unwanted?: boolean;
  /** Where what is compiled is kept; absent: nowhere. */
  readonly compiled?: string;
  /** Types of files that are looked at; absent: all. */
  readonly types?: readonly ContentType[];
  /** Whole seconds for one file. */
  readonly maxSeconds?: number;
}

/** Raised whenever the same rules would say something else. */
const VERSION = 1;

const MAX_SECONDS = 10;
/** Files that took too long, after which no more are looked at: a layer of such files would take days. */
const MOST_TIMEOUTS = 30;
const TOO_MANY = `was left out by YARA: ${MOST_TIMEOUTS} files before it took too long`;
/** Places that a witness names. */
const MOST_PLACES = 5;
/** Characters of what a rule says of itself. */
const MOST_TEXT = 400;
/** Below this score (of 100) the authors of public sets want a person to look at it. */
const LEAST_SCORE = 60;

/** Knows files by YARA rules. The library and the rules are loaded at the first file. */
export function yaraEngine(options: YaraEngineOptions): ContentEngine {
  const { set, types, maxSeconds = MAX_SECONDS } = options;
  const taken = types === undefined ? undefined : new Set(types);
  let rules: SharedRules | undefined;
  let timeouts = 0;
  let fault: string | undefined;
  return {
    name: `yara:${set.name}`,
    rules: [VERSION, set.digest, options.kind, options.isOurs, options.unwanted, types, maxSeconds].join(' '),
    windows: true,
    takes: (type, { size }) => size > 0 && (taken === undefined || taken.has(type)),
    judge: (content) => {
      if (fault !== undefined) return { witnesses: [], unjudged: fault };
      if (timeouts >= MOST_TIMEOUTS) return { witnesses: [], unjudged: TOO_MANY };
      rules ??= shareRules(set, { maxSeconds }, options.compiled, options.isOurs ? types : undefined);
      let scan: YaraScan;
      try {
        scan = rules.scan(content);
      } catch (error) {
        // The rules cannot be had: they are gone, or this machine runs neither library.
        fault = `was left out by YARA: ${plain((error as Error).message)}`;
        return { witnesses: [], unjudged: fault };
      }
      if (scan.timedOut) timeouts++;
      const unjudged = unjudgedOf(scan, maxSeconds);
      const witnesses = scan.matches.length > 0 ? witnessesOf(content, options, scan) : [];
      if (unjudged !== undefined) return { witnesses, unjudged };
      return witnesses.length > 0 ? { witnesses } : NOTHING;
    },
    close: () => {
      rules?.release();
      rules = undefined;
    },
  };
}

function witnessesOf(content: Content, options: YaraEngineOptions, { matches }: YaraScan): readonly Witness[] {
  const witnesses = new Map<string, Witness>();
  const { bytes, start, type } = content;
  const lineOf = start === 0 && hasLines(type) ? lineNumbers(bytes) : undefined;
  for (const match of matches) {
    const key = `${match.namespace}\n${match.rule}`;
    const kind = kindOf(match, type, options);
    if (kind === undefined || witnesses.has(key)) continue;
    witnesses.set(key, { ...witnessOf(match, options), kind, ...placesOf(match, { bytes, start, lineOf }) });
  }
  return [...witnesses.values()];
}

function unjudgedOf({ failure, timedOut, matches }: YaraScan, maxSeconds: number): string | undefined {
  if (failure !== undefined) return `was left out by YARA: ${plain(failure)}`;
  if (timedOut) return `took YARA longer than ${maxSeconds} s`;
  return matches.some(({ flooded }) => flooded.length > 0)
    ? 'has more matches of a pattern of YARA than are counted'
    : undefined;
}

/** @returns undefined: it is not for this check or not for such a file */
function kindOf({ meta }: YaraMatch, type: ContentType, options: YaraEngineOptions): WitnessKind | undefined {
  if (!options.isOurs) return options.kind;
  const { types, kind } = meta;
  if (typeof types === 'string' && !types.split(',').some((one) => one.trim() === type)) return undefined;
  if (kind === 'webshell') return options.kind === 'webshell' ? kind : undefined;
  if (kind === 'unwanted') return options.kind === 'malware' && options.unwanted ? kind : undefined;
  return options.kind === 'malware' || kind === undefined ? options.kind : undefined;
}

function weightOf({ weight, confidence, score }: YaraMatch['meta'], isOurs: boolean): WitnessWeight {
  const told = weight ?? confidence;
  if (isOurs && (told === 'certain' || told === 'strong' || told === 'weak')) return told;
  return typeof score === 'number' && score < LEAST_SCORE ? 'weak' : 'strong';
}

function witnessOf({ rule, meta, tags }: YaraMatch, { set, kind, isOurs = false }: YaraEngineOptions): Witness {
  const description = textOf(meta['description'] ?? meta['desc']);
  const author = textOf(meta['author']);
  const licence = textOf(meta['license'] ?? meta['licence']) ?? set.licence;
  const reference = textOf(meta['reference'] ?? meta['ref'] ?? meta['source_url'] ?? meta['url']);
  return {
    engine: 'yara',
    kind,
    weight: weightOf(meta, isOurs),
    rule: (isOurs ? textOf(meta['id']) : undefined) ?? rule,
    set: set.name,
    ...(description && { description }),
    ...(author && { author }),
    ...(licence && { licence }),
    ...(reference && { reference }),
    ...(tags.length > 0 && { tags }),
  };
}

interface Place {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly lineOf: ((offset: number) => number) | undefined;
}

/** One of each pattern first, then more of them, in the order of the file. */
function placesOf({ patterns }: YaraMatch, { bytes, start, lineOf }: Place): { places?: readonly WitnessPlace[] } {
  const identifiers = new Set<string>();
  const chosen: PatternMatch[] = [];
  for (const pattern of patterns) {
    if (identifiers.has(pattern.identifier)) continue;
    identifiers.add(pattern.identifier);
    if (chosen.push(pattern) === MOST_PLACES) break;
  }
  for (const pattern of patterns) {
    if (chosen.length === MOST_PLACES) break;
    if (!chosen.includes(pattern)) chosen.push(pattern);
  }
  if (chosen.length === 0) return {};
  const places = chosen
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, length }) => ({
      offset: placeIn({ start }, offset),
      ...(lineOf && { line: lineOf(offset) }),
      excerpt: excerpt(bytes, offset, length),
    }));
  return { places };
}

function hasLines(type: ContentType): boolean {
  return type === 'web' || type === 'script' || type === 'html' || type === 'text';
}

/** What a rule says of itself: somebody else wrote it. */
function textOf(value: string | number | boolean | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : plain(String(value));
}

function plain(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, MOST_TEXT);
}
