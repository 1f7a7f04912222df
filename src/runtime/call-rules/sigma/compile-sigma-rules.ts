import type { YamlNode } from '../../../formats/yaml-tree.ts';
import { isNothing } from '../../../formats/yaml-tree.ts';
import type { RuleComplaint, RuleStatus } from '../call-rule.ts';
import type { CallSource } from '../call-source.ts';
import { someCalls } from '../call-types.ts';
import type { AskableRule } from '../compile-rules.ts';
import { ConditionError } from '../condition-error.ts';
import type { Evaluation } from '../evaluation.ts';
import { RuleError, scalarOf } from '../rule-yaml.ts';
import { compileGlob } from '../text-patterns.ts';
import type { SigmaRule } from './read-sigma-rules.ts';
import { parseSigmaCondition, type SigmaCondition } from './sigma-condition.ts';
import { sigmaFields, unknownSigmaFields } from './sigma-fields.ts';
import { compileValue, readModifiers, type SigmaModifiers } from './sigma-values.ts';

type Test = (evaluation: Evaluation) => boolean;

/** Calls that start programs. */
const starts = someCalls(['execve', 'execveat']);

/** Why a rule is not about what is seen here, or cannot be told. */
class NotEvaluable extends Error {}

/** Compiles rules of Linux on processes that start; others are not evaluable, each with the reason. */
export function compileSigmaRules(
  rules: readonly SigmaRule[],
  source: CallSource,
): {
  readonly askable: readonly AskableRule[];
  readonly statuses: readonly RuleStatus[];
  readonly complaints: readonly RuleComplaint[];
} {
  const askable: AskableRule[] = [];
  const statuses: RuleStatus[] = [];
  const complaints: RuleComplaint[] = [];
  for (const sigma of rules) {
    const { rule } = sigma;
    try {
      requireProcessCreation(sigma, source);
      const test = compileRule(sigma);
      askable.push({
        rule,
        condition: {
          test: (evaluation) =>
            evaluation.event.kind === 'exec' && evaluation.event.error === undefined && test(evaluation),
          calls: starts,
          kinds: someCalls(['exec']),
          impossible: false,
          unknown: [],
        },
      });
      statuses.push({ rule, state: 'evaluable', reasons: [] });
    } catch (error) {
      if (error instanceof ConditionError || error instanceof RuleError) {
        const line = error instanceof RuleError ? error.line : rule.line;
        complaints.push({ file: rule.file, line, message: `rule ${rule.title}: ${error.message}` });
      } else if (!(error instanceof NotEvaluable)) throw error;
      statuses.push({ rule, state: 'not-evaluable', reasons: [error.message] });
    }
  }
  return { askable, statuses, complaints };
}

function requireProcessCreation({ product, category, service }: SigmaRule, { watched }: CallSource): void {
  if (category !== 'process_creation' || (product !== undefined && product !== 'linux')) {
    const about = [product, category, service].filter((word) => word !== undefined).join(', ');
    throw new NotEvaluable(
      `it is about ${about.slice(0, 80) || 'no known source'}: only processes that start on Linux are looked at`,
    );
  }
  if (watched !== undefined && !watched.has('execve') && !watched.has('execveat')) {
    throw new NotEvaluable('the tracer does not watch programs that start');
  }
}

function compileRule({ searches, conditions }: SigmaRule): Test {
  const tests = new Map<string, Test>();
  for (const [name, node] of searches) tests.set(name, compileSearch(node));
  const compiled = conditions.map((text) => compileCondition(parseSigmaCondition(text), tests));
  return (evaluation) => compiled.some((test) => test(evaluation));
}

function compileCondition(condition: SigmaCondition, searches: ReadonlyMap<string, Test>): Test {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts = condition.parts.map((part) => compileCondition(part, searches));
      return condition.kind === 'and' ? all(parts) : any(parts);
    }
    case 'not': {
      const part = compileCondition(condition.part, searches);
      return (evaluation) => !part(evaluation);
    }
    case 'search': {
      const search = searches.get(condition.name);
      if (search === undefined) throw new ConditionError(`the search ${condition.name} is not there`);
      return search;
    }
    case 'of': {
      const matches =
        condition.pattern === 'them' ? (name: string) => !name.startsWith('_') : compileGlob(condition.pattern);
      const parts = [...searches].filter(([name]) => matches(name)).map(([, test]) => test);
      if (parts.length === 0) throw new ConditionError(`no search is called ${condition.pattern}`);
      return condition.all ? all(parts) : any(parts);
    }
  }
}

const all =
  (tests: readonly Test[]): Test =>
  (evaluation) =>
    tests.every((test) => test(evaluation));

const any =
  (tests: readonly Test[]): Test =>
  (evaluation) =>
    tests.some((test) => test(evaluation));

/** A mapping: all of its fields. A list: one of its mappings, or a word anywhere. */
function compileSearch(node: YamlNode): Test {
  if (node.kind === 'mapping') {
    return all([...node.entries].map(([key, { line, value }]) => compileEntry(key, value, line)));
  }
  if (node.kind === 'list') {
    return any(node.items.map((item) => (item.kind === 'scalar' ? anywhere(item.text) : compileSearch(item))));
  }
  if (node.kind === 'scalar') return anywhere(node.text);
  throw new RuleError(node.line, 'an alias (*name) is not followed');
}

/** A word in any field. */
function anywhere(word: string): Test {
  const test = compileValue(word, readModifiers(['contains']));
  return (evaluation) =>
    ['Image', 'CommandLine', 'ParentImage', 'ParentCommandLine'].some((name) => {
      const value = sigmaFields.get(name)!(evaluation);
      return value !== undefined && test(value);
    });
}

function compileEntry(key: string, node: YamlNode, line: number): Test {
  const [name = '', ...words] = key.split('|');
  if (words.includes('expand')) throw new NotEvaluable(`${key} has placeholders, which nobody has filled in`);
  if (words.includes('fieldref')) throw new NotEvaluable(`${key} compares fields with each other`);
  const modifiers = readModifiers(words);
  const values = node.kind === 'list' ? node.items : [node];
  if (name === '') {
    const tests = values.map((value) => anywhere(scalarOf(value, 'a keyword')));
    return modifiers.all ? all(tests) : any(tests);
  }
  const read = sigmaFields.get(name);
  if (read === undefined) {
    throw new NotEvaluable(
      `${name.slice(0, 60)}: ${unknownSigmaFields.get(name) ?? 'processes that start do not tell it'}`,
    );
  }
  if (modifiers.exists) {
    const wanted = scalarOf(values[0]!, name).toLowerCase() === 'true';
    return (evaluation) => (read(evaluation) !== undefined) === wanted;
  }
  const tests = values.map((value) => compileFieldValue(read, value, modifiers, line));
  const test = modifiers.all ? all(tests) : any(tests);
  return modifiers.negated ? (evaluation) => !test(evaluation) : test;
}

function compileFieldValue(
  read: (evaluation: Evaluation) => string | undefined,
  node: YamlNode,
  modifiers: SigmaModifiers,
  line: number,
): Test {
  if (node.kind !== 'scalar') throw new RuleError(line, 'a value of a field is expected to be text');
  // `''` is empty text, and null no value at all: to the reader of a command line both mean that nothing is there.
  if (isNothing(node) || node.text === '') return (evaluation) => (read(evaluation) ?? '') === '';
  const test = compileValue(scalarOf(node, 'a value'), modifiers);
  return (evaluation) => {
    const value = read(evaluation);
    return value !== undefined && test(value);
  };
}
