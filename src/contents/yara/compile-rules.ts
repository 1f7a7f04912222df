import type { Backend, BackendError, BackendRules, ScanLimits } from './backend.ts';
import { collectRules, type LibraryRule, type RuleLibrary } from './rule-library.ts';
import { writeRule } from './rule-text.ts';
import { divideRules, neededBy, type RuleUnit } from './rule-units.ts';
import type { RuleText, YaraLoss } from './yara-rules.ts';

/** Rules that were compiled together. */
export interface CompiledUnit {
  /** What a file begins with that they can match, as Latin-1; absent: anything. */
  readonly starts?: readonly string[];
  /** Names of rules that it does not judge in programs of Windows: another does. */
  readonly notPrograms?: readonly string[];
  readonly rules: BackendRules;
}

/** What became of a set of rules. */
export interface Compilation {
  readonly units: readonly CompiledUnit[];
  /** Name in the units -> name in its file, and the file. */
  readonly origins: ReadonlyMap<string, RuleOrigin>;
  readonly lost: number;
  readonly losses: readonly YaraLoss[];
}

export interface RuleOrigin {
  readonly rule: string;
  readonly file: string;
}

/** Times that a unit is compiled: each time without what the time before spoke against. */
const MOST_ROUNDS = 8;

/** Compiles what can be compiled, and says what cannot. A rule that is wrong costs itself and those that need it. */
export function compileRules(texts: readonly RuleText[], backend: Backend, limits: ScanLimits): Compilation {
  const library = collectRules(texts);
  const losses: YaraLoss[] = [...library.losses];
  const modules = new Set([...library.modules.keys()].filter((module) => /^[A-Za-z_]\w*$/.test(module)));
  const lost = new Set<LibraryRule>();
  const units: CompiledUnit[] = [];
  for (const unit of divideRules(library.rules)) {
    const rules = compileUnit(unit, { backend, limits, library, modules, lost, losses });
    if (rules === undefined) continue;
    const { starts, withoutPrograms } = unit;
    const notPrograms = [...(withoutPrograms ?? [])].map(({ name }) => name);
    units.push({
      ...(starts === undefined ? {} : { starts }),
      ...(notPrograms.length === 0 ? {} : { notPrograms }),
      rules,
    });
  }
  const origins = new Map(
    library.rules
      .filter((rule) => !lost.has(rule))
      .map((rule): [string, RuleOrigin] => [rule.name, { rule: rule.part.name, file: rule.file }]),
  );
  const withoutRule = new Set(library.losses.map(({ file, rule, line }) => rule && `${file}\n${line}`));
  withoutRule.delete(undefined);
  return { units, origins, lost: lost.size + withoutRule.size, losses };
}

interface Work {
  readonly backend: Backend;
  readonly limits: ScanLimits;
  readonly library: RuleLibrary;
  /** Modules that the compiler has not refused so far. */
  readonly modules: Set<string>;
  readonly lost: Set<LibraryRule>;
  readonly losses: YaraLoss[];
}

function compileUnit(unit: RuleUnit, work: Work): BackendRules | undefined {
  const { backend, limits, lost, losses } = work;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const rules = unit.rules.filter((rule) => !lost.has(rule));
    if (rules.length === 0) return undefined;
    const written = writeUnit({ ...unit, rules }, work);
    const compiled = backend.compile(written.text, limits);
    if (!('length' in compiled)) return compiled;
    const before = lost.size;
    // First, so that rules that need them are not said to be wrong.
    const isModuleLost = compiled.filter((error) => loseModule(error, written.modules, work)).length > 0;
    for (const error of compiled) lose(error, rules, written.lines, work);
    loseDependents(rules, work);
    // An error of no rule: there is nothing that could be left out.
    if (lost.size === before && !isModuleLost) {
      const reason = compiled[0]?.reason ?? 'the compiler gives no reason';
      for (const rule of rules) {
        lost.add(rule);
        losses.push({ file: rule.file, rule: rule.part.name, line: rule.part.line, reason });
      }
      return undefined;
    }
  }
  for (const rule of unit.rules) {
    if (lost.has(rule)) continue;
    lost.add(rule);
    const { name, line } = rule.part;
    losses.push({ file: rule.file, rule: name, line, reason: 'the compiler finds ever more faults around it' });
  }
  return undefined;
}

interface UnitText {
  readonly text: string;
  /** Those of its first lines. */
  readonly modules: readonly string[];
  /** On which line, from 1, each rule begins. */
  readonly lines: readonly number[];
}

function writeUnit({ rules, withoutPrograms }: RuleUnit, { modules: known, library }: Work): UnitText {
  const texts: string[] = [];
  // A module looks at every file, whether a rule asks it or not.
  const modules = new Set<string>();
  const counts = new Map<string, number>();
  for (const rule of rules) {
    const isWithout = withoutPrograms?.has(rule) === true;
    for (const { word } of rule.part.words)
      if (known.has(word) && !(isWithout && rule.modules.includes(word))) modules.add(word);
    for (const { test } of rule.tests) counts.set(test, (counts.get(test) ?? 0) + 1);
  }
  for (const module of modules) texts.push(`import "${module}"\n`);
  const tests = new Map<string, string>();
  for (const [test, count] of counts) {
    if (count < 2) continue;
    const name = `${library.prefix}${tests.size}`;
    tests.set(test, name);
    texts.push(`private rule ${name} { condition: ${test} }\n`);
  }
  let line = modules.size + tests.size + 1;
  const lines: number[] = [];
  for (const rule of rules) {
    const text = writeRule(rule, { tests, isWithoutPrograms: withoutPrograms?.has(rule) === true });
    lines.push(line);
    texts.push(text, '\n');
    line += countLines(text) + 1;
  }
  return { text: texts.join(''), modules: [...modules], lines };
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function loseModule({ code, line }: BackendError, imported: readonly string[], work: Work): boolean {
  const module = imported[line - 1];
  if (code !== UNKNOWN_MODULE || module === undefined) return false;
  work.modules.delete(module);
  for (const importer of work.library.modules.get(module) ?? []) {
    work.losses.push({ ...importer, reason: `the module ${module} is not known` });
  }
  return true;
}

const UNKNOWN_MODULE = 'E010';

function lose(
  { line, reason }: BackendError,
  rules: readonly LibraryRule[],
  lines: readonly number[],
  work: Work,
): void {
  const at = lastAtMost(lines, line);
  const rule = rules[at];
  if (rule === undefined) return;
  work.lost.add(rule);
  const { name, line: first } = rule.part;
  work.losses.push({
    file: rule.file,
    rule: name,
    line: first + line - (lines[at] as number),
    reason: missingOf(reason, rule, work) ?? reason,
  });
}

/** What the rule names and is not there, if that is the reason. */
function missingOf(reason: string, rule: LibraryRule, { library, modules }: Work): string | undefined {
  const word = /^unknown identifier `(\w+)`/.exec(reason)?.[1];
  if (word === undefined) return undefined;
  if (library.modules.has(word))
    return modules.has(word) ? undefined : `it needs the module ${word}, which is not known`;
  const other = [...rule.named.values()].find(({ name }) => name === word);
  return other && `it needs the rule ${other.part.name}, which is not there`;
}

/** Rules stand behind those that they need: one walk finds all. */
function loseDependents(rules: readonly LibraryRule[], { lost, losses }: Work): void {
  for (const rule of rules) {
    if (lost.has(rule)) continue;
    const needed = [...neededBy(rule)].find((other) => lost.has(other));
    if (needed === undefined) continue;
    lost.add(rule);
    const { name, line } = rule.part;
    losses.push({
      file: rule.file,
      rule: name,
      line,
      reason: `it needs the rule ${needed.part.name}, which is not there`,
    });
  }
}

/** Index of the last number that is at most `value`, or -1. */
function lastAtMost(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
