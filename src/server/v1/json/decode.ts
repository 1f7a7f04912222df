import { parseInteger } from './go-text.ts';
import { canonicalJson } from './metadata.ts';
import { JsonNumber, JsonObject, type JsonValue, parseFirstValue } from './syntax.ts';
import { type Member, type StructType, typeName, type WireType } from './type.ts';

/** A body with a value of the wrong type, in the words of Go's decoder. */
export class JsonTypeError extends Error {
  override readonly name = 'JsonTypeError';
}

/**
 * Reads the first JSON value of a body as a type, as Go's `encoding/json` does: names of members in any case, unknown
 * members passed over, null for nothing, a member that comes twice merged. Absent, null and empty are not told apart.
 * @param depth how many arrays and objects may stand in each other
 * @throws JsonSyntaxError, JsonTypeError with Go's messages
 */
export function decodeJson<Value>(type: StructType<Value>, bytes: Uint8Array, depth: number): Value {
  return (decode(type, bytes, depth) ?? {}) as Value;
}

/** The same for a body that is one integer; nothing is zero. */
export function decodeInteger(bytes: Uint8Array): number {
  return (decode({ kind: 'int' }, bytes, 1) ?? 0) as number;
}

function decode(type: WireType, bytes: Uint8Array, depth: number): unknown {
  const value = parseFirstValue(bytes, depth);
  const binding = new Binding();
  const bound = binding.bind(type, value, undefined);
  if (binding.error !== undefined) throw binding.error;
  return bound;
}

class Binding {
  /** The first one: the rest of the value is read all the same, but nobody hears of it. */
  error: JsonTypeError | undefined;
  #struct: string | undefined;
  readonly #path: string[] = [];

  bind(type: WireType, value: JsonValue, before: unknown): unknown {
    switch (type.kind) {
      case 'string':
        if (value === null || typeof value === 'string') return value ?? before;
        break;
      case 'int':
        if (value === null) return before;
        if (value instanceof JsonNumber) return this.#integer(value);
        break;
      case 'strings':
        if (value === null) return undefined;
        if (value instanceof JsonObject) return this.#strings(value, before as Map<string, string> | undefined);
        break;
      case 'metadata':
        if (value === null) return undefined;
        if (value instanceof JsonObject) return this.#metadata(value, before as Map<string, string> | undefined);
        break;
      case 'list':
        if (value === null) return undefined;
        if (Array.isArray(value)) return this.#list(type.of(), value, before as unknown[] | undefined);
        break;
      case 'struct':
        if (value === null) return undefined;
        if (value instanceof JsonObject) return this.#members(type, value, before as object | undefined);
        break;
    }
    this.#refuse(nameOf(value), typeName(type));
    return undefined;
  }

  #integer(value: JsonNumber): number | undefined {
    const integer = parseInteger(value.text);
    if (typeof integer === 'number') return integer;
    this.#refuse(`number ${value.text}`, 'int');
    return undefined;
  }

  #strings(value: JsonObject, before: Map<string, string> = new Map()): Map<string, string> {
    for (const [name, member] of value.members) {
      before.set(name, (this.bind({ kind: 'string' }, member, '') as string | undefined) ?? '');
    }
    return before;
  }

  #metadata(value: JsonObject, before: Map<string, string> = new Map()): Map<string, string> {
    for (const [name, member] of value.members) {
      before.set(
        name,
        canonicalJson(member, (number) => this.#refuse(`number ${number}`, 'float64')),
      );
    }
    return before;
  }

  #list(type: WireType, values: readonly JsonValue[], before: unknown[] = []): unknown[] {
    const bound = values.map((value, index) => this.bind(type, value, before[index]));
    // A list that holds null holds something empty there.
    return bound.map((value) => value ?? {});
  }

  #members(type: StructType<unknown>, value: JsonObject, before: object = {}): object {
    const bound = before as Record<string, unknown>;
    const struct = this.#struct;
    const names = namesOf(type);
    for (const [name, child] of value.members) {
      const member = names.get(name) ?? names.get(fold(name));
      if (member === undefined) continue;
      this.#struct = type.name;
      this.#path.push(member.name);
      bound[member.name] = this.bind(member.type, child, bound[member.name]);
      this.#path.pop();
      this.#struct = struct;
    }
    return bound;
  }

  #refuse(value: string, type: string): void {
    const target = this.#struct === undefined ? 'Go value' : `Go struct field ${this.#struct}.${this.#path.join('.')}`;
    this.error ??= new JsonTypeError(`json: cannot unmarshal ${value} into ${target} of type ${type}`);
  }
}

function nameOf(value: Exclude<JsonValue, null> | null): string {
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof JsonNumber) return 'number';
  return Array.isArray(value) ? 'array' : value instanceof JsonObject ? 'object' : 'string';
}

const known = new WeakMap<StructType<unknown>, ReadonlyMap<string, Member>>();

/** The members of a type by their names, and by what these are in any case. */
function namesOf(type: StructType<unknown>): ReadonlyMap<string, Member> {
  const before = known.get(type);
  if (before !== undefined) return before;
  const names = new Map<string, Member>();
  for (const member of type.members) if (!names.has(fold(member.name))) names.set(fold(member.name), member);
  for (const member of type.members) names.set(member.name, member);
  known.set(type, names);
  return names;
}

/** Upper and lower case are the same, and with them the two other letters that Unicode folds to ASCII. */
function fold(name: string): string {
  if (!/[A-Z\u017f\u212a]/.test(name)) return name;
  return name
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll('\u017f', 's')
    .replaceAll('\u212a', 'k');
}
