import type { YamlMapping, YamlNode } from '../../formats/yaml-tree.ts';
import { type Condition, type ListOperator, listOperators, type ValueOperator, valueOperators } from './condition.ts';
import { parseCondition } from './parse-condition.ts';
import { nodeAt, RuleError, scalarOf, textOf, textsOf } from './rule-yaml.ts';

/** Values of one field: one, or those of a list. */
type Values = string | readonly string[];

/** Cases in which a rule is not meant (https://falco.org/docs/concepts/rules/exceptions/). */
export interface RuleException {
  readonly name: string;
  readonly fields: readonly string[];
  readonly operators: readonly (ValueOperator | ListOperator)[];
  /** With one field that is no list: its values together; else one for each field. */
  readonly single: boolean;
  readonly values: readonly (readonly Values[])[];
  readonly line: number;
}

/** @throws RuleError */
export function readExceptions(mapping: YamlMapping): readonly RuleException[] {
  const value = nodeAt(mapping, 'exceptions');
  if (value === undefined) return [];
  if (value.kind !== 'list') throw new RuleError(value.line, 'exceptions are expected to be a list');
  return value.items.map((item) => {
    if (item.kind !== 'mapping') throw new RuleError(item.line, 'an exception is expected to have a name');
    return readException(item);
  });
}

function readException(mapping: YamlMapping): RuleException {
  const name = textOf(mapping, 'name');
  if (name === undefined) throw new RuleError(mapping.line, 'an exception needs a name');
  const single = nodeAt(mapping, 'fields')?.kind === 'scalar';
  const fields = textsOf(mapping, 'fields') ?? [];
  const comparisons = textsOf(mapping, 'comps') ?? fields.map(() => (single ? 'in' : '='));
  if (comparisons.length !== fields.length) {
    throw new RuleError(
      mapping.line,
      `the exception ${name} has ${fields.length} fields and ${comparisons.length} comps`,
    );
  }
  const operators = comparisons.map((word) => {
    const operator = [...valueOperators, ...listOperators].find((one) => one === word);
    if (operator === undefined) throw new RuleError(mapping.line, `${word} is no operator (exception ${name})`);
    return operator;
  });
  return { name, fields, operators, single, values: readValues(mapping, name), line: mapping.line };
}

/** Each entry is a list, or one text where there is one field. */
function readValues(mapping: YamlMapping, name: string): RuleException['values'] {
  const value = nodeAt(mapping, 'values');
  if (value === undefined) return [];
  const what = `a value of the exception ${name}`;
  const one = (node: YamlNode): Values =>
    node.kind === 'list' ? node.items.map((item) => scalarOf(item, what)) : scalarOf(node, what);
  if (value.kind === 'scalar') return [[scalarOf(value, what)]];
  if (value.kind !== 'list')
    throw new RuleError(value.line, `values of the exception ${name} are expected to be a list`);
  return value.items.map((item) => (item.kind === 'list' ? item.items.map(one) : [one(item)]));
}

/** Later ones add values to those of the same name. */
export function addExceptions(
  before: readonly RuleException[],
  more: readonly RuleException[],
): readonly RuleException[] {
  const merged = [...before];
  for (const exception of more) {
    const at = merged.findIndex(({ name }) => name === exception.name);
    if (at < 0) merged.push(exception);
    else merged[at] = { ...merged[at]!, values: [...merged[at]!.values, ...exception.values] };
  }
  return merged;
}

/**
 * The condition with its exceptions.
 * @throws RuleError where values do not fit their fields
 */
export function exceptCases(condition: Condition, exceptions: readonly RuleException[]): Condition {
  const cases = exceptions.flatMap(casesOf);
  if (cases.length === 0) return condition;
  return { kind: 'and', parts: [condition, { kind: 'not', part: { kind: 'or', parts: cases } }] };
}

function casesOf({ name, fields, operators, single, values, line }: RuleException): readonly Condition[] {
  if (values.length === 0) return [];
  if (fields.length === 0) throw new RuleError(line, `the exception ${name} has values and no fields`);
  if (single) return [compare(fields[0]!, operators[0]!, values.flat(2))];
  return values.map((tuple) => {
    if (tuple.length !== fields.length) {
      throw new RuleError(
        line,
        `a value of the exception ${name} has ${tuple.length} parts for ${fields.length} fields`,
      );
    }
    return { kind: 'and', parts: tuple.map((value, index) => compare(fields[index]!, operators[index]!, value)) };
  });
}

function compare(field: string, operator: ValueOperator | ListOperator, value: Values): Condition {
  // The field is read as conditions have it, so that brackets and transformers mean the same.
  const parsed = parseCondition(`${field} exists`);
  if (parsed.kind !== 'exists') throw new RuleError(1, `${field} is no field`);
  const operands = [value].flat().map((text) => ({ kind: 'text' as const, text, quoted: false }));
  return { kind: 'compare', field: parsed.field, operator, operands };
}
