import { joinMembers } from './metadata.ts';
import type { Member, StructType, WireType } from './type.ts';

const escaped = new Map(['<', '>', '&', '\u2028', '\u2029'].map((character) => [character, escapeUnit(character)]));

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Writes a value as Go's `encoding/json` does: members in the order of the type, empty ones left out, the characters that
 * HTML minds escaped, and a line feed behind it. `null` is written where it stands.
 */
export function encodeJson<Value extends object>(type: StructType<Value>, value: Value): string {
  const text = struct(type, value);
  return `${text.replace(/[<>&\u2028\u2029]/g, (character) => escaped.get(character)!)}\n`;
}

function struct(type: StructType<unknown>, value: object): string {
  const members: string[] = [];
  for (const member of type.members) {
    const own = (value as Record<string, unknown>)[member.name];
    if (own === null || !isEmpty(own) || member.always === true) members.push(written(member, own));
  }
  return `{${members.join(',')}}`;
}

function written(member: Member, value: unknown): string {
  return `"${member.name}":${text(member.type, value)}`;
}

function text(type: WireType, value: unknown): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'strings':
      return joinMembers(
        new Map([...(value as ReadonlyMap<string, string>)].map(([name, own]) => [name, JSON.stringify(own)])),
      );
    case 'metadata':
      // What was decoded from a request is a map; what comes out of the store is text already.
      return typeof value === 'string' ? value : joinMembers(value as ReadonlyMap<string, string>);
    case 'list':
      return `[${(value as readonly unknown[]).map((member) => text(type.of(), member)).join(',')}]`;
    case 'struct':
      return struct(type, value as object);
    default:
      return JSON.stringify(value);
  }
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0) return true;
  return Array.isArray(value) ? value.length === 0 : value instanceof Map && value.size === 0;
}
