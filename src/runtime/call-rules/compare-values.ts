import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { ListOperator, ValueOperator } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import type { FieldType } from './field.ts';
import { compileRegex } from './linear-regex.ts';
import { compileGlob, compilePathPrefixes } from './text-patterns.ts';

/** One value of a field, never several. */
export type Scalar = string | number | boolean;

/** Compiles a comparison of one value with those that a rule names. `!=` is compiled as `=`: who asks negates it. */
export function compileComparison(
  operator: ValueOperator | ListOperator,
  type: FieldType,
  values: readonly string[],
): (value: Scalar) => boolean {
  switch (operator) {
    case 'in':
    case 'intersects':
    case '=':
    case '!=':
      return compileEquality(type, values);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(operator, type, values[0]!);
    case 'pmatch':
      return ofText(compilePathPrefixes(values));
    default:
      return compileText(operator, type, values[0]!);
  }
}

function compileEquality(type: FieldType, values: readonly string[]): (value: Scalar) => boolean {
  if (type === 'boolean') {
    const wanted = new Set(values.map(readBoolean));
    return (value) => wanted.has(value as boolean);
  }
  if (type === 'number') {
    const wanted = new Set(values.map(readNumber));
    return (value) => wanted.has(Number(value));
  }
  if (type === 'address' || type === 'network') return compileAddresses(values);
  const wanted = new Set(values);
  return (value) => wanted.has(String(value));
}

function compileOrder(operator: '<' | '<=' | '>' | '>=', type: FieldType, text: string): (value: Scalar) => boolean {
  if (type !== 'number') throw new ConditionError(`${operator} needs a field that is a number`);
  const limit = readNumber(text);
  if (operator === '<') return (value) => Number(value) < limit;
  if (operator === '<=') return (value) => Number(value) <= limit;
  if (operator === '>') return (value) => Number(value) > limit;
  return (value) => Number(value) >= limit;
}

function compileText(operator: ValueOperator, type: FieldType, wanted: string): (value: Scalar) => boolean {
  if (type === 'boolean') throw new ConditionError(`${operator} needs a field that is text`);
  switch (operator) {
    case 'contains':
      return ofText((text) => text.includes(wanted));
    case 'icontains': {
      const lower = wanted.toLowerCase();
      return ofText((text) => text.toLowerCase().includes(lower));
    }
    case 'startswith':
      return ofText((text) => text.startsWith(wanted));
    case 'endswith':
      return ofText((text) => text.endsWith(wanted));
    case 'glob':
      return ofText(compileGlob(plainGlob(wanted)));
    case 'iglob': {
      const test = compileGlob(plainGlob(wanted).toLowerCase());
      return ofText((text) => test(text.toLowerCase()));
    }
    case 'regex':
      return ofText(compileRegex(wanted, { whole: true }));
    case 'bcontains':
    case 'bstartswith': {
      const bytes = readBytes(wanted);
      return ofText((text) => {
        const at = Buffer.from(text).indexOf(bytes);
        return operator === 'bcontains' ? at >= 0 : at === 0;
      });
    }
    default:
      throw new ConditionError(`${operator} is no operator for text`);
  }
}

function ofText(test: (text: string) => boolean): (value: Scalar) => boolean {
  return (value) => test(String(value));
}

/** Extended patterns of ksh are not supported: they need more than linear time. */
function plainGlob(pattern: string): string {
  if (/[?*+@!]\(/.test(pattern)) throw new ConditionError('patterns like +(a|b) are not supported');
  return pattern;
}

function readBoolean(text: string): boolean {
  if (/^(?:true|1)$/i.test(text)) return true;
  if (/^(?:false|0)$/i.test(text)) return false;
  throw new ConditionError(`${JSON.stringify(text)} is neither true nor false`);
}

/** Decimal or hexadecimal. */
export function readNumber(text: string): number {
  if (!/^[+-]?(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20}(?:\.\d{0,20})?)$/.test(text)) {
    throw new ConditionError(`${JSON.stringify(text)} is no number`);
  }
  return Number(text.replace(/^\+/, ''));
}

function readBytes(hex: string): Buffer {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(hex)) throw new ConditionError(`${JSON.stringify(hex)} are no hexadecimal bytes`);
  return Buffer.from(hex, 'hex');
}

/** Addresses and networks, mixed. */
function compileAddresses(values: readonly string[]): (value: Scalar) => boolean {
  const list = new BlockList();
  for (const value of values) {
    const [address = '', bits, ...rest] = value.split('/');
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
    const most = family === 'ipv4' ? 32 : 128;
    const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (family === undefined || rest.length > 0 || length < 0 || length > most) {
      throw new ConditionError(`${JSON.stringify(value)} is neither an address nor a network`);
    }
    list.addSubnet(address, length, family);
  }
  return (value) => {
    const address = String(value);
    if (isIPv4(address)) return list.check(address, 'ipv4');
    return isIPv6(address) && list.check(address, 'ipv6');
  };
}
