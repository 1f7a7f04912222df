import {
  bothCalls,
  type CallTypes,
  callType,
  eitherCalls,
  everyCall,
  noCall,
  otherCalls,
  someCalls,
} from './call-types.ts';
import { compileComparison, type Scalar } from './compare-values.ts';
import type { Condition, FieldUse, Operand, Transformer } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import type { Evaluation } from './evaluation.ts';
import type { FieldType, FieldValue } from './field.ts';
import { lookUpField } from './fields.ts';
import { type Definitions, resolveItems } from './resolve-condition.ts';

type Test = (evaluation: Evaluation) => boolean;

/** Why a part of a condition cannot be told: `proc.tty: terminals of processes are not known`. */
export type Unknown = string;

/** A condition that can be asked of calls. */
export interface CompiledCondition {
  readonly test: Test;
  /** Names and kinds of calls that it can hold of. */
  readonly calls: CallTypes;
  readonly kinds: CallTypes;
  /** It cannot hold, because of what is not known. */
  readonly impossible: boolean;
  /** What of it cannot be told. It counts as not so: a branch that never holds, or an exception that is never made. */
  readonly unknown: readonly Unknown[];
}

/** Parts of a compiled condition: constants are folded, so that what is not known takes with it what depends on it. */
interface Part {
  readonly test: Test | boolean;
  readonly calls: CallTypes;
  readonly kinds: CallTypes;
  /** Nothing but names, or nothing but kinds, is compared: then what is left can be told of the opposite, too. */
  readonly pure?: 'calls' | 'kinds' | undefined;
}

/** Nested macros. */
const DEEPEST = 100;

/**
 * Compiles a condition into closures. Macros are compiled once and shared.
 * @throws ConditionError for macros that are not defined or contain themselves, for unknown fields, for values that do
 *   not fit their field
 */
export class ConditionCompiler {
  readonly #definitions: Definitions;
  readonly #macros = new Map<string, { readonly part: Part; readonly unknown: ReadonlySet<Unknown> }>();
  #open: string[] = [];
  #unknown = new Set<Unknown>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  compile(condition: Condition): CompiledCondition {
    this.#open = [];
    this.#unknown = new Set();
    const { test, calls, kinds } = this.#part(condition);
    const unknown = [...this.#unknown].sort();
    if (typeof test === 'boolean') {
      return {
        test: () => test,
        calls: test ? calls : noCall,
        kinds,
        impossible: !test && unknown.length > 0,
        unknown,
      };
    }
    return { test, calls, kinds, impossible: false, unknown };
  }

  #part(condition: Condition): Part {
    switch (condition.kind) {
      case 'and':
        return this.#joined(condition.parts, true);
      case 'or':
        return this.#joined(condition.parts, false);
      case 'not':
        return negated(this.#part(condition.part));
      case 'macro':
        return this.#macro(condition.name);
      case 'exists':
        return this.#exists(condition.field);
      case 'compare':
        return this.#compare(condition);
    }
  }

  #joined(conditions: readonly Condition[], all: boolean): Part {
    const parts = conditions.map((condition) => this.#part(condition));
    if (parts.some(({ test }) => test === !all)) return constant(!all);
    const join = all ? bothCalls : eitherCalls;
    const calls = parts.map((part) => part.calls).reduce(join);
    const kinds = parts.map((part) => part.kinds).reduce(join);
    const pure = parts.every((part) => part.pure === parts[0]!.pure) ? parts[0]!.pure : undefined;
    const tests = parts.map(({ test }) => test).filter((test) => typeof test !== 'boolean');
    if (tests.length === 0) return constant(all);
    if (tests.length === 1) return { test: tests[0]!, calls, kinds, pure };
    const test: Test = all
      ? (evaluation) => {
          for (const one of tests) if (!one(evaluation)) return false;
          return true;
        }
      : (evaluation) => {
          for (const one of tests) if (one(evaluation)) return true;
          return false;
        };
    return { test, calls, kinds, pure };
  }

  #macro(name: string): Part {
    const known = this.#macros.get(name);
    if (known !== undefined) {
      for (const reason of known.unknown) this.#unknown.add(reason);
      return known.part;
    }
    const condition = this.#definitions.macros.get(name);
    if (condition === undefined) throw new ConditionError(`the macro ${name} is not defined`);
    if (this.#open.includes(name)) throw new ConditionError(`the macro ${name} contains itself`);
    if (this.#open.length >= DEEPEST) throw new ConditionError('macros are nested too deeply');
    const outer = this.#unknown;
    this.#unknown = new Set();
    this.#open.push(name);
    const part = this.#part(condition);
    this.#open.pop();
    this.#macros.set(name, { part, unknown: this.#unknown });
    this.#unknown = outer.union(this.#unknown);
    return part;
  }

  #exists(use: FieldUse): Part {
    const read = this.#reader(use);
    if (read === undefined) return constant(false);
    return ofAny((evaluation) => read.read(evaluation) !== undefined);
  }

  #compare({ field, operator, operands }: Extract<Condition, { kind: 'compare' }>): Part {
    const left = this.#reader(field);
    if (left === undefined) return constant(false);
    const other = operands.find((operand) => operand.kind === 'field');
    if (other !== undefined) return this.#compareFields(left, operator, other);
    const texts = this.#values(operands, ['in', 'intersects', 'pmatch'].includes(operator));
    const plain = field.transformers.length === 0;
    const known = plain && field.name === 'evt.type' ? ofType(operator, texts) : undefined;
    const kind = plain && field.name === 'drydock.kind' ? ofKind(operator, texts) : undefined;
    return known ?? kind ?? this.#test(left, operator, texts);
  }

  #test(
    { read, type }: { readonly read: (evaluation: Evaluation) => FieldValue; readonly type: FieldType },
    operator: Extract<Condition, { kind: 'compare' }>['operator'],
    values: readonly string[],
  ): Part {
    const compare = compileComparison(operator, type, values);
    const wanted = operator !== '!=';
    return ofAny((evaluation) => {
      const value = read(evaluation);
      if (value === undefined) return false;
      if (typeof value !== 'object') return compare(value) === wanted;
      return (value as readonly Scalar[]).some(compare) === wanted;
    });
  }

  /** The right side is read of each call: only `=` and `!=` and the tests of text are worth it. */
  #compareFields(
    left: { readonly read: (evaluation: Evaluation) => FieldValue; readonly type: FieldType },
    operator: Extract<Condition, { kind: 'compare' }>['operator'],
    other: FieldUse,
  ): Part {
    if (
      ![
        '=',
        '!=',
        'contains',
        'icontains',
        'startswith',
        'endswith',
        '<',
        '<=',
        '>',
        '>=',
        'in',
        'intersects',
      ].includes(operator)
    ) {
      throw new ConditionError(`${operator} takes no field on its right side`);
    }
    const right = this.#reader(other);
    if (right === undefined) return constant(false);
    const wanted = operator !== '!=';
    const test: Test = (evaluation) => {
      const value = left.read(evaluation);
      const against = right.read(evaluation);
      if (value === undefined || against === undefined) return false;
      const values = typeof against === 'object' ? against.map(String) : [String(against)];
      const compare = compileComparison(operator, left.type === 'number' ? 'number' : 'text', values);
      const all = typeof value === 'object' ? (value as readonly Scalar[]) : [value];
      return all.some(compare) === wanted;
    };
    return ofAny(test);
  }

  #values(operands: readonly Operand[], list: boolean): readonly string[] {
    return operands.flatMap((operand) => {
      if (operand.kind === 'field') return [];
      const named = list && !operand.quoted && this.#definitions.lists.has(operand.text);
      return named ? resolveItems([operand.text], this.#definitions.lists) : [operand.text];
    });
  }

  /** Undefined where the field cannot be told; that is noted. */
  #reader(
    use: FieldUse,
  ): { readonly read: (evaluation: Evaluation) => FieldValue; readonly type: FieldType } | undefined {
    const found = lookUpField(use.name, use.argument);
    const name = use.argument === undefined ? use.name : `${use.name}[${use.argument}]`;
    if (!found.found) {
      if (found.unknown) throw new ConditionError(`${name}: ${found.reason}`);
      this.#unknown.add(`${name}: ${found.reason}`);
      return undefined;
    }
    const { field, argument } = found;
    let read = (evaluation: Evaluation): FieldValue => field.read(evaluation, argument);
    let type = field.type;
    for (const transformer of use.transformers.toReversed()) {
      const inner = read;
      read = (evaluation) => transform(inner(evaluation), transformer);
      type = transformer === 'len' ? 'number' : 'text';
    }
    return { read, type };
  }
}

function transform(value: FieldValue, transformer: Transformer): FieldValue {
  if (value === undefined) return undefined;
  if (typeof value === 'object') {
    if (transformer === 'len') return value.length;
    return value.map((one) => String(transform(one, transformer)));
  }
  const text = String(value);
  switch (transformer) {
    case 'tolower':
      return text.toLowerCase();
    case 'toupper':
      return text.toUpperCase();
    case 'b64':
      return Buffer.from(text, 'base64').toString();
    case 'basename':
      return text.slice(text.lastIndexOf('/') + 1);
    case 'len':
      return text.length;
  }
}

function constant(test: boolean): Part {
  return { test, calls: test ? everyCall : noCall, kinds: everyCall };
}

function ofAny(test: Test): Part {
  return { test, calls: everyCall, kinds: everyCall };
}

/** Comparisons of the name decide which calls a rule is asked about. */
function ofType(operator: string, values: readonly string[]): Part | undefined {
  const names = new Set(values.map(callType));
  const test: Test = ({ event }) => names.has(callType(event.call));
  const part: Part = { test, calls: someCalls(names), kinds: everyCall, pure: 'calls' };
  if (operator === '!=') return negated(part);
  return operator === '=' || operator === 'in' || operator === 'intersects' ? part : undefined;
}

/** So do those of the kind, in our own rules. */
function ofKind(operator: string, values: readonly string[]): Part | undefined {
  const kinds = new Set(values);
  const part: Part = {
    test: ({ event }) => kinds.has(event.kind),
    calls: everyCall,
    kinds: someCalls(kinds),
    pure: 'kinds',
  };
  if (operator === '!=') return negated(part);
  return operator === '=' || operator === 'in' || operator === 'intersects' ? part : undefined;
}

/** Where nothing but names, or nothing but kinds, is compared, the others remain; else it may hold of any call. */
function negated({ test, calls, kinds, pure }: Part): Part {
  if (typeof test === 'boolean') return constant(!test);
  const opposite: Test = (evaluation) => !test(evaluation);
  if (pure === 'calls') return { test: opposite, calls: otherCalls(calls), kinds: everyCall, pure };
  if (pure === 'kinds') return { test: opposite, calls: everyCall, kinds: otherCalls(kinds), pure };
  return ofAny(opposite);
}
