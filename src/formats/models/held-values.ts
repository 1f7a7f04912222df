/** What a pickle imports when it is loaded: `os.system` is module `os`, name `system`. */
export interface PickleImport {
  readonly module: string;
  readonly name: string;
}

/** A tuple of something that was imported and a name, as an attribute is got by. */
export interface Attribute {
  readonly of: PickleImport;
  readonly name: string;
}

/** What is known of a value on the stack of a pickle: a text, an import, a tuple of both; undefined for anything else. */
export type Held = string | PickleImport | Attribute | undefined;

/** Stands on the stack where opcodes look for it. */
export const MARK: unique symbol = Symbol('mark');

/** Letters of a name that attributes are got from, one behind the other. */
const MAX_NAME = 256;

export function isGetattr(held: Held | typeof MARK): held is PickleImport {
  if (typeof held !== 'object' || !('module' in held)) return false;
  return held.name === 'getattr' && (held.module === 'builtins' || held.module === '__builtin__');
}

/** A name with a dot is no way through several attributes here, as it is one to an import. */
export function attributeOf(of: Held | typeof MARK, name: Held | typeof MARK): Attribute | undefined {
  if (typeof of !== 'object' || !('module' in of) || typeof name !== 'string' || !/^\w+$/.test(name)) return undefined;
  return of.name.length + name.length < MAX_NAME && !isGetattr(of) ? { of, name } : undefined;
}

/** What `getattr` gets by such a tuple, as an import. */
export function reached(held: Held | typeof MARK): PickleImport | undefined {
  if (typeof held !== 'object' || !('of' in held)) return undefined;
  return { module: held.of.module, name: `${held.of.name}.${held.name}` };
}
