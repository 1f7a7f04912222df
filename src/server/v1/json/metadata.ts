import { compareCodePoints } from '../../../model/order.ts';
import { JsonNumber, JsonObject, type JsonValue } from './syntax.ts';

/**
 * A value as Go writes it after it has read it: names sorted, the last of equal ones, numbers as floating point. So equal
 * values have equal texts.
 * @param onOverflow told of a number that is too large
 */
export function canonicalJson(value: JsonValue, onOverflow: (number: string) => void): string {
  if (value instanceof JsonNumber) {
    const number = Number(value.text);
    if (!Number.isFinite(number)) onOverflow(value.text);
    return Object.is(number, -0) ? '-0' : String(number);
  }
  if (value instanceof JsonObject) {
    return joinMembers(
      new Map(value.members.map(([name, member]) => [name, canonicalJson(member, onOverflow)] as const)),
    );
  }
  if (Array.isArray(value)) return `[${value.map((member) => canonicalJson(member, onOverflow)).join(',')}]`;
  return JSON.stringify(value);
}

/** @param members name to JSON text */
export function joinMembers(members: ReadonlyMap<string, string>): string {
  const sorted = [...members].sort(([a], [b]) => compareCodePoints(a, b));
  return `{${sorted.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}
