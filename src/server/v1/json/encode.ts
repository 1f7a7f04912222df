import { joinMembers } from './metadata.ts';
import type { StructType, WireType } from './type.ts';

const escaped = new Map(['<', '>', '&', '\u2028', '\u2029'].map((character) => [character, escapeUnit(character)]));

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Writes a value as Go's `encoding/json` does: members in the order of the type, empty ones left out, the characters that
 * HTML minds escaped, and a line feed behind it. `null` is written where it stands.
 */
export function encodeJson<Value extends object>(type: StructType<Value>, value: Value): string {
  return `${struct(type, value)}\n`;
}

/** Escapes in JSON text what HTML minds. */
export function escapeForHtml(text: string): string {
  return text.replace(/[<>&\u2028\u2029]/g, (character) => escaped.get(character)!);
}

function struct(type: StructType<unknown>, value: object): string {
  // Added to, not joined: a large answer would be copied once for each level.
  let written = '';
  let plain: Record<string, unknown> | undefined;
  const flush = (): void => {
    if (plain !== undefined) written += `${written && ','}${escapeForHtml(JSON.stringify(plain).slice(1, -1))}`;
    plain = undefined;
  };
  for (const { name, type: own, always } of type.members) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== null && isEmpty(member) && always !== true) continue;
    // Neighbours in one call: to write each on its own takes most of the time of a large answer.
    if (own.kind === 'string' || own.kind === 'int') {
      plain ??= {};
      plain[name] = member;
    } else {
      flush();
      written += `${written && ','}"${name}":${text(own, member)}`;
    }
  }
  flush();
  return `{${written}}`;
}

/** Members of a list, as one text. */
export function joinTexts(texts: Iterable<string>): string {
  let written = '';
  for (const text of texts) written += `${written && ','}${text}`;
  return `[${written}]`;
}

function text(type: WireType, value: unknown): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'strings':
      return escapeForHtml(
        joinMembers(
          new Map([...(value as ReadonlyMap<string, string>)].map(([name, own]) => [name, JSON.stringify(own)])),
        ),
      );
    case 'metadata':
      // What was decoded from a request is a map; what comes out of the store is text already.
      return escapeForHtml(typeof value === 'string' ? value : joinMembers(value as ReadonlyMap<string, string>));
    case 'list':
      // Whoever gives text has escaped it.
      if (typeof value === 'string') return value;
      return joinTexts((value as readonly unknown[]).map((member) => text(type.of(), member)));
    case 'struct':
      return struct(type, value as object);
    default:
      return escapeForHtml(JSON.stringify(value));
  }
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0) return true;
  return Array.isArray(value) ? value.length === 0 : value instanceof Map && value.size === 0;
}
