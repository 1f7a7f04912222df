import { FormatError } from '../errors.ts';

/** Fields of one stanza, by their names as written. Continued lines are joined by a line feed, without their blanks. */
export type ControlFields = ReadonlyMap<string, string>;

const MAX_STANZAS = 100_000;
const MAX_FIELDS = 500;
/** Characters of a field's name. */
const MAX_NAME = 200;

/**
 * Reads stanzas of `Name: value` lines, a line that begins with a blank continuing the one before, as R, vcpkg and dpkg write
 * them (Debian Control File; `read.dcf` of R). Of a field that comes twice in a stanza the first one counts; lines that are no
 * field are passed over.
 * @throws FormatError for more stanzas or fields than anybody writes
 */
export function readControlFields(text: string): readonly ControlFields[] {
  const stanzas: Map<string, string>[] = [];
  let stanza: Map<string, string> | undefined;
  let field: { readonly name: string; readonly lines: string[] } | undefined;
  const finish = (): void => {
    if (field !== undefined && stanza !== undefined && !stanza.has(field.name)) {
      stanza.set(field.name, field.lines.join('\n').trim());
    }
    field = undefined;
  };
  for (const raw of text.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '') {
      finish();
      stanza = undefined;
      continue;
    }
    if (line.startsWith(' ') || line.startsWith('\t')) {
      field?.lines.push(line.trim());
      continue;
    }
    finish();
    const colon = line.indexOf(':');
    if (colon <= 0 || colon > MAX_NAME || /\s/.test(line.slice(0, colon))) continue;
    if (stanza === undefined) {
      if (stanzas.length >= MAX_STANZAS) throw new FormatError(`it has more than ${MAX_STANZAS} entries`);
      stanza = new Map();
      stanzas.push(stanza);
    }
    if (stanza.size >= MAX_FIELDS) throw new FormatError(`an entry of it has more than ${MAX_FIELDS} fields`);
    field = { name: line.slice(0, colon), lines: [line.slice(colon + 1)] };
  }
  finish();
  return stanzas;
}
