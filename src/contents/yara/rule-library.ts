import path from 'node:path';
import { variableNames } from './backend.ts';
import { operandsOf, readCondition } from './condition-operands.ts';
import { idleModules } from './module-tests.ts';
import { requiredStart, type Starts } from './required-start.ts';
import { type RulePart, type RuleSource, readRuleSource } from './rule-source.ts';
import { type SharedTest, sharedTests } from './shared-tests.ts';
import { type Edit, withoutPrograms } from './without-programs.ts';
import type { RuleText, YaraLoss } from './yara-rules.ts';

/** A rule of a library: what it is called there, and which others it cannot do without. */
export interface LibraryRule {
  readonly file: string;
  readonly text: string;
  readonly part: RulePart;
  /** Unlike every other of the library, whatever files they are from. */
  readonly name: string;
  /** Rules that its condition names, by their name there. */
  readonly named: ReadonlyMap<string, LibraryRule>;
  /** A global rule of its file, which demands what those before it do. */
  readonly global?: LibraryRule;
  readonly starts: Starts | undefined;
  readonly tests: readonly SharedTest[];
  /** Modules it speaks of that look at every file, whether a rule asks them or not. */
  readonly modules: readonly string[];
  /** What makes it say the same without these of all files that are no programs of Windows; absent: nothing does. */
  readonly withoutPrograms?: readonly Edit[];
}

/** All rules of a set, in an order in which each stands behind those that it needs. */
export interface RuleLibrary {
  readonly rules: readonly LibraryRule[];
  /** Modules that files import, with the files. */
  readonly modules: ReadonlyMap<string, readonly { readonly file: string; readonly line: number }[]>;
  /** What could not be taken up. */
  readonly losses: readonly YaraLoss[];
  /** No name of a rule begins so, and no word of a condition. */
  readonly prefix: string;
}

interface File {
  readonly name: string;
  readonly text: string;
  readonly source: RuleSource;
}

/**
 * Brings the rules of several files together, as one compiler without namespaces takes them: rules of one name from two
 * files get another there. A file sees its own rules and those of files of the set that it includes; nothing else is ever
 * opened for an include.
 */
export function collectRules(texts: readonly RuleText[]): RuleLibrary {
  const files = new Map(
    texts.map(({ file, text }): [string, File] => [file, { name: file, text, source: readRuleSource(text) }]),
  );
  const losses: YaraLoss[] = [];
  const modules = new Map<string, { file: string; line: number }[]>();
  for (const { name: file, source } of files.values()) {
    for (const { text, line } of source.strays)
      losses.push({ file, line, reason: `not understood: ${printable(text)}` });
    for (const { kind, value, line } of source.statements) {
      if (kind !== 'import') continue;
      const importers = modules.get(value);
      if (importers === undefined) modules.set(value, [{ file, line }]);
      else importers.push({ file, line });
    }
  }
  const names = new UniqueNames([...modules.keys()]);
  const rules: LibraryRule[] = [];
  /** What a file has, by the names that it has there; undefined while it is being read. */
  const known = new Map<string, ReadonlyMap<string, LibraryRule> | undefined>();
  const take = (file: File): ReadonlyMap<string, LibraryRule> => {
    if (known.has(file.name)) return known.get(file.name) ?? new Map();
    known.set(file.name, undefined);
    const visible = new Map<string, LibraryRule>();
    for (const { kind, value, line } of file.source.statements) {
      if (kind !== 'include') continue;
      const other = files.get(path.posix.normalize(path.posix.join(path.posix.dirname(file.name), value)));
      if (other === undefined)
        losses.push({ file: file.name, line, reason: `includes are not followed out of the set: ${printable(value)}` });
      else for (const [name, rule] of take(other)) visible.set(name, rule);
    }
    for (const rule of rulesOf(file, visible, names, losses)) {
      rules.push(rule);
      visible.set(rule.part.name, rule);
    }
    known.set(file.name, visible);
    return visible;
  };
  for (const file of files.values()) take(file);
  return { rules, modules, losses, prefix: prefixOf(rules) };
}

function* rulesOf(
  file: File,
  included: ReadonlyMap<string, LibraryRule>,
  names: UniqueNames,
  losses: YaraLoss[],
): Generator<LibraryRule> {
  const { name: from, text, source } = file;
  const own = new Map<string, LibraryRule>();
  let global: LibraryRule | undefined;
  const imported = new Set(source.statements.filter(({ kind }) => kind === 'import').map(({ value }) => value));
  // Global rules are judged before all others of their file.
  const parts = [
    ...source.rules.filter(({ isGlobal }) => isGlobal),
    ...source.rules.filter(({ isGlobal }) => !isGlobal),
  ];
  for (const part of parts) {
    const { name: rule, line, flaw, condition } = part;
    const isTwice = own.has(rule);
    if (flaw !== undefined || condition === undefined || isTwice) {
      const why = flaw ?? (isTwice ? 'has the name of another rule of the file' : 'has no condition');
      losses.push({ file: from, rule, line, reason: `it ${why}` });
      continue;
    }
    const named = new Map<string, LibraryRule>();
    for (const { word } of part.words) {
      if (imported.has(word)) continue;
      const other = own.get(word) ?? included.get(word);
      if (other !== undefined && !named.has(word)) named.set(word, other);
    }
    const modules = new Set(part.words.map(({ word }) => word).filter((word) => imported.has(word)));
    for (const idle of idleModules) modules.delete(idle);
    const words = readCondition(text, condition.from, condition.to);
    const operands = operandsOf(words);
    const without = modules.size === 0 ? undefined : withoutPrograms(words, operands, modules);
    const taken: LibraryRule = {
      file: from,
      text,
      part,
      name: names.take(rule),
      named,
      ...(global === undefined ? {} : { global }),
      starts: requiredStart(words),
      tests: sharedTests(words, operands),
      modules: [...modules],
      ...(without === undefined ? {} : { withoutPrograms: without }),
    };
    own.set(rule, taken);
    yield taken;
    if (part.isGlobal) global = taken;
  }
}

function prefixOf(rules: readonly LibraryRule[]): string {
  let longest = 'shared';
  for (const { name, part } of rules) {
    if (name.startsWith(longest)) longest = `${name}_`;
    for (const { word } of part.words) if (word.startsWith(longest)) longest = `${word}_`;
  }
  return `${longest}_`;
}

/** Names of rules, each given once. What modules and variables are called is none. */
class UniqueNames {
  readonly #taken: Set<string>;
  /** How often a name was asked for. */
  readonly #counts: Map<string, number> = new Map();

  constructor(modules: readonly string[]) {
    this.#taken = new Set([...modules, ...variableNames]);
  }

  take(name: string): string {
    let count = this.#counts.get(name) ?? 1;
    let unique = count === 1 ? name : `${name}__${count}`;
    while (this.#taken.has(unique)) unique = `${name}__${++count}`;
    this.#taken.add(unique);
    this.#counts.set(name, count + 1);
    return unique;
  }
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, '?').slice(0, 80);
}
