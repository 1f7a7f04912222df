import type { HistoryEntry, ImageInfo } from '../model/image.ts';
import type { ImageSecret } from '../model/image-secret.ts';
import { findSecretsInText } from './find-secrets.ts';
import { isSuspect } from './may-hold-secrets.ts';
import { plainly, redact, replacing } from './redact.ts';
import type { SecretMatch, TextPlace } from './secret-match.ts';
import { wordsInText } from './words-in-text.ts';

/** A secret as long as this is taken out wherever it stands; shorter ones may be a part of words that have nothing to do with it. */
const EVERYWHERE = 8;
/** Secrets that are told of one image. */
const MOST = 1000;
/** Characters of one text that are looked at. */
const MOST_TEXT: number = 4 * 1024 * 1024;
const DEPTH = 20;
/** Entries of the history that are looked into one by one. */
const MOST_ENTRIES = 10_000;

/** What a text says is where it was met first. */
type Where = Pick<ImageSecret, 'where' | 'name' | 'historyIndex'>;

/**
 * The image with its secrets taken out of every text of its configuration and history, and told beside them: before anybody
 * prints, logs or keeps one of these texts.
 */
export function redactImage(image: ImageInfo): ImageInfo {
  const finder = new Finder();
  const { Env: env, Labels: labels, ...others } = image.config;
  const config: Record<string, unknown> = { ...image.config };
  if (env !== undefined) config['Env'] = finder.environment(env);
  if (labels !== undefined) config['Labels'] = finder.labels(labels);
  for (const [name, value] of Object.entries(others)) define(config, name, finder.value(value, { where: 'command' }));
  const history = image.history.map((entry, index) =>
    index < MOST_ENTRIES ? finder.entry(entry) : finder.blunt(entry),
  );
  const { names, platform, created } = image;
  const take = (text: string): string => finder.value(text, { where: 'command' }) as string;
  const described = {
    names: names.map(take),
    ...(platform !== undefined && { platform: take(platform) }),
    ...(created !== undefined && { created: take(created) }),
  };
  if (finder.secrets.length === 0 && finder.taken === 0) return image;
  return {
    ...image,
    ...described,
    config: finder.everywhere(config) as ImageInfo['config'],
    history: finder.everywhere(history) as readonly HistoryEntry[],
    layers: image.layers.map((layer) => {
      const { instruction, historyIndex } = layer;
      if (instruction === undefined) return layer;
      const redacted = historyIndex === undefined ? undefined : history[historyIndex]?.instruction;
      return { ...layer, instruction: finder.everywhere(redacted ?? instruction) as string };
    }),
    secrets: finder.secrets,
    ...(finder.beyond > 0 && { secretsBeyond: finder.beyond }),
    ...(finder.taken > 0 && { instructionsBeyond: finder.taken }),
  };
}

class Finder {
  readonly secrets: ImageSecret[] = [];
  /** Long secrets, and what is shown of them. */
  readonly #long: Map<string, string> = new Map();
  /** Those that are not told, since too many are. */
  beyond: number = 0;
  readonly #told: Set<string> = new Set();
  /** Numbers of secrets, by their characters. */
  readonly #numbers: Map<string, number> = new Map();
  #replace: ((text: string) => string) | undefined;

  environment(value: unknown): unknown {
    if (!Array.isArray(value)) return this.value(value, { where: 'env' });
    return value.map((text) => {
      if (typeof text !== 'string') return this.value(text, { where: 'env' });
      const equals = text.indexOf('=');
      if (equals < 0) return this.#take(text, { kind: 'env' }, { where: 'env' });
      const name = text.slice(0, equals);
      const shown = this.#take(name, { kind: 'env' }, { where: 'env' });
      return `${shown}=${this.#take(text.slice(equals + 1), { kind: 'env', name }, { where: 'env', name: shown })}`;
    });
  }

  labels(value: unknown): unknown {
    if (!isRecord(value)) return this.value(value, { where: 'label' });
    const labels: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(value)) {
      const shown = this.#take(name, { kind: 'label' }, { where: 'label' });
      const where = { where: 'label', name: shown } as const;
      define(
        labels,
        shown,
        typeof text === 'string' ? this.#take(text, { kind: 'label', name }, where) : this.value(text, where),
      );
    }
    return labels;
  }

  /** Any value of JSON, with the texts in it redacted. */
  value(value: unknown, where: Where, depth = 0): unknown {
    if (typeof value === 'string') return this.#unquoted(this.#take(value, { kind: 'history' }, where), where);
    if (depth > DEPTH) return undefined;
    if (isWords(value)) return this.#words(value, where);
    if (Array.isArray(value)) return value.map((part) => this.value(part, where, depth + 1));
    if (!isRecord(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(value)) {
      const shown = this.#take(name, { kind: 'history' }, where);
      define(copy, shown, this.value(part, where, depth + 1));
    }
    return copy;
  }

  /** Words of a command, of which one may say what another is: `-u`, `admin:password`. */
  #words(words: readonly string[], where: Where): readonly string[] {
    const alone = words.map((word) => this.#take(word, { kind: 'history' }, where));
    return this.#together(words, alone, where) ?? alone;
  }

  /**
   * The same words as they are once all are read as one command.
   * @param alone the words as each is by itself
   * @returns nothing where that tells no more
   */
  #together(words: readonly string[], alone: readonly string[], where: Where): readonly string[] | undefined {
    const line = words.join(' ');
    if (line.length > MOST_TEXT) return undefined;
    const matches = findSecretsInText(line, { kind: 'history' }).filter(({ example }) => example === undefined);
    if (matches.length === 0) return undefined;
    let from = 0;
    let next = 0;
    return words.map((word, index) => {
      const end = from + word.length;
      const within: { start: number; end: number; shown: string }[] = [];
      while ((matches[next]?.end ?? Number.POSITIVE_INFINITY) <= from) next++;
      for (let at = next; (matches[at]?.start ?? Number.POSITIVE_INFINITY) < end; at++) {
        const match = matches[at] as SecretMatch;
        const start = Math.max(match.start, from) - from;
        // A shell would end an argument at `&`; here it is known where it ends.
        const isCut = match.rule === 'command-password' && match.start >= from && !/\s/.test(word);
        within.push({ start, end: isCut ? word.length : Math.min(match.end, end) - from, shown: match.shown });
        // One that was found in its word alone is told already.
        if (alone[index] === word && match.start >= from) this.#tell(match, line.slice(match.start, match.end), where);
      }
      from = end + 1;
      return within.length === 0 || alone[index] !== word ? (alone[index] as string) : redact(word, within);
    });
  }

  /** A text in which words of commands are written in quotes: what they are once these are taken off. */
  #unquoted(text: string, where: Where): string {
    if (!isSuspect(text)) return text;
    const edits: { readonly start: number; readonly end: number; readonly with: string }[] = [];
    for (const words of wordsInText(text)) {
      const plain = words.map((word) => word.text);
      const redacted = this.#together(plain, plain, where) ?? plain;
      for (const [index, { start, end }] of words.entries()) {
        if (redacted[index] !== plain[index]) edits.push({ start, end, with: JSON.stringify(redacted[index]) });
      }
    }
    let done = '';
    let from = 0;
    for (const { start, end, with: words } of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
      if (start < from) continue;
      done += text.slice(from, start) + words;
      from = end;
    }
    return done + text.slice(from);
  }

  /** Entries whose texts were taken out without a look at what they hold. */
  taken: number = 0;

  /** An entry behind more than any build makes: what might hold a secret is taken out as a whole. */
  blunt(entry: HistoryEntry): HistoryEntry {
    const texts = [entry.instruction, entry.createdBy, entry.comment, entry.author];
    if (!texts.some((text) => text !== undefined && isSuspect(text))) return entry;
    this.taken++;
    const { instruction: _, createdBy: __, comment: ___, author: ____, ...rest } = entry;
    return { ...rest, instruction: '…' };
  }

  entry(entry: HistoryEntry): HistoryEntry {
    const where = { where: 'history', historyIndex: entry.index } as const;
    const take = (text: string): string => this.#unquoted(this.#take(text, { kind: 'history' }, where), where);
    return {
      ...entry,
      instruction: take(entry.instruction),
      ...(entry.createdBy !== undefined && { createdBy: take(entry.createdBy) }),
      ...(entry.comment !== undefined && { comment: take(entry.comment) }),
      ...(entry.author !== undefined && { author: take(entry.author) }),
    };
  }

  /** Takes long secrets out of all texts of a value, wherever they were met. */
  everywhere(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.#without(value);
    if (depth > DEPTH) return undefined;
    if (Array.isArray(value)) return value.map((part) => this.everywhere(part, depth + 1));
    if (!isRecord(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(value))
      define(copy, this.#without(name), this.everywhere(part, depth + 1));
    return copy;
  }

  #without(text: string): string {
    this.#replace ??= replacing(this.#long);
    return this.#replace(text);
  }

  #take(text: string, place: TextPlace, where: Where): string {
    if (text.length > MOST_TEXT) return `${this.#take(text.slice(0, MOST_TEXT), place, where)}…`;
    const matches = findSecretsInText(text, place).filter(({ example }) => example === undefined);
    for (const match of matches) this.#tell(match, text.slice(match.start, match.end), where);
    return redact(text, matches);
  }

  #tell(match: SecretMatch, secret: string, where: Where): void {
    const { rule, shown, fingerprint, confidence, validated, encrypted } = match;
    if (secret.length >= EVERYWHERE) this.#long.set(secret, plainly(shown));
    this.#replace = undefined;
    const number = this.#numbers.get(secret) ?? this.#numbers.size;
    this.#numbers.set(secret, number);
    // An instruction stands in the history twice: as it was recorded, and as it reads.
    const key = JSON.stringify([rule, number, where.where, where.name, where.historyIndex]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    if (this.secrets.length >= MOST) {
      this.beyond++;
      return;
    }
    this.secrets.push({
      rule,
      number,
      ...where,
      shown,
      ...(fingerprint !== undefined && { fingerprint }),
      confidence,
      ...(validated !== undefined && { validated }),
      ...(encrypted !== undefined && { encrypted }),
    });
  }
}

/** Names come from the image: `__proto__` is one as any other. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 1 && value.every((part) => typeof part === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
