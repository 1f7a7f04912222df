/**
 * The types of the v1 API's JSON, as far as its messages and its order of members depend on them: a request of the wrong
 * type is answered with the name of the type in Go.
 */
export type WireType =
  | { readonly kind: 'string' | 'int' }
  | { readonly kind: 'strings' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'list'; readonly of: () => WireType }
  | StructType<unknown>;

export interface Member {
  readonly name: string;
  readonly type: WireType;
  /** Written even where it is zero or empty. */
  readonly always?: boolean;
}

/** An object with known members; `Value` is what it is in TypeScript. Members are written in this order. */
export interface StructType<Value> {
  readonly kind: 'struct';
  /** In Go, where messages need it. */
  readonly name: string;
  readonly members: readonly Member[];
  /** Never set: carries the type. */
  readonly value?: Value;
}

/** How Go names a type in a message. */
export function typeName(type: WireType): string {
  switch (type.kind) {
    case 'strings':
      return 'map[string]string';
    case 'metadata':
      return 'map[string]interface {}';
    case 'list':
      return `[]${typeName(type.of())}`;
    case 'struct':
      return type.name.includes('.') ? type.name : `v1.${type.name}`;
    default:
      return type.kind;
  }
}
