import { FormatError } from '../../errors.ts';
import type { BodyRecord } from './body-line.ts';
import type { HashRecord } from './hash-line.ts';
import { type ClamRecord, lineKind } from './line-kinds.ts';
import type { LogicalRecord } from './logical-line.ts';
import type { Subsignature } from './subsignature.ts';
import { attributeTests, expressionText, type PartText, placeText, targetTest } from './yara-condition.ts';
import { yaraHex } from './yara-hex.ts';

/** What the conversion of a database came to. */
export interface YaraConversion {
  /** Rules that were written. */
  readonly rules: number;
  /** Signatures that YARA cannot say, by reason. */
  readonly left: Readonly<Record<string, number>>;
  readonly malformed: number;
}

/** Writes signatures of ClamAV as plain rules of YARA: those that say the same there. */
export class YaraWriter {
  readonly #write: (text: string) => void;
  readonly #names = new Set<string>();
  readonly #left: Record<string, number> = {};
  #rules = 0;
  #malformed = 0;

  /** @param write takes the text, rule by rule */
  constructor(write: (text: string) => void) {
    this.#write = write;
    write('import "hash"\nimport "pe"\nimport "elf"\n');
  }

  /** Takes the lines of a file, whose name says how they are read. @returns false where it is no file of lines of ClamAV */
  addFile(name: string, lines: Iterable<string>): boolean {
    const kind = lineKind(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
    if (kind === undefined) return false;
    for (const line of lines) {
      try {
        const outcome = kind.read(line);
        if (outcome.kind === 'unsupported') this.#leave(outcome.reason);
        else if (outcome.kind === 'loaded') this.#add(outcome.record, name);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        this.#malformed++;
      }
    }
    return true;
  }

  get conversion(): YaraConversion {
    return { rules: this.#rules, left: { ...this.#left }, malformed: this.#malformed };
  }

  #add(record: ClamRecord, file: string): void {
    if (record.family === 'body') this.#addBody(record.body, file);
    else if (record.family === 'logic') this.#addLogic(record.logic, file);
    else if (record.family === 'member') this.#leave('members of archives');
    else if (record.family === 'magic') this.#leave('types of files');
    else if (record.family === 'allow' || record.family === 'ignore') this.#leave('lists');
    else this.#addHash(record.family, record.hash, file);
  }

  #addHash(family: 'object' | 'section' | 'imports', hash: HashRecord, file: string): void {
    const digest = `"${hash.digest.toLowerCase()}"`;
    if (family === 'object') {
      const size = hash.size === undefined ? '' : `filesize == ${hash.size} and `;
      this.#rule(hash.name, file, [], `${size}hash.${hash.algorithm}(0, filesize) == ${digest}`);
    } else if (family === 'section') {
      const size = hash.size === undefined ? '' : `s.raw_data_size == ${hash.size} and `;
      const same = `hash.${hash.algorithm}(s.raw_data_offset, s.raw_data_size) == ${digest}`;
      this.#rule(hash.name, file, [], `for any s in pe.sections : (${size}${same})`);
    } else if (hash.algorithm === 'md5' && hash.size === undefined) {
      this.#rule(hash.name, file, [], `pe.imphash() == ${digest}`);
    } else {
      this.#leave('lists of imports by their length');
    }
  }

  #addBody(body: BodyRecord, file: string): void {
    const target = targetTest(body.target);
    if ('reason' in target) {
      this.#leave(target.reason);
      return;
    }
    const place = placeText(body.offset, body.target);
    if ('reason' in place) {
      this.#leave(place.reason);
      return;
    }
    const hex = yaraHex(body.body);
    if ('reason' in hex) {
      this.#leave(hex.reason);
      return;
    }
    this.#rule(body.name, file, [`$a = ${hex.text}`], joined([target.text, `$a${place.text}`]));
  }

  #addLogic(logic: LogicalRecord, file: string): void {
    const { attributes } = logic;
    const target = targetTest(attributes.target);
    if ('reason' in target) {
      this.#leave(target.reason);
      return;
    }
    const tests = attributeTests(attributes);
    if ('reason' in tests) {
      this.#leave(tests.reason);
      return;
    }
    const strings: string[] = [];
    const parts: PartText[] = [];
    for (const [index, sub] of logic.parts.entries()) {
      const part = partText(sub, index, attributes.target, strings, parts);
      if ('reason' in part) {
        this.#leave(part.reason);
        return;
      }
      parts.push(part);
    }
    const condition = expressionText(logic.expression, parts);
    if ('reason' in condition) {
      this.#leave(condition.reason);
      return;
    }
    const text = joined([target.text, ...tests.tests, condition.text]);
    // A pattern that no condition speaks of is an error in YARA.
    const unused = strings.some((line) => {
      const name = line.slice(1, line.indexOf(' '));
      return !new RegExp(`[$#]${name}(?![0-9a-z])`).test(text);
    });
    if (unused) this.#leave('a part that nothing asks for');
    else this.#rule(logic.name, file, strings, text);
  }

  #rule(name: string, file: string, strings: readonly string[], condition: string): void {
    const patterns = strings.length === 0 ? '' : `  strings:\n    ${strings.join('\n    ')}\n`;
    const meta = `    clamav = ${quoted(name)}\n    file = ${quoted(file)}\n`;
    this.#write(`\nrule ${this.#identifier(name)} {\n  meta:\n${meta}${patterns}  condition:\n    ${condition}\n}\n`);
    this.#rules++;
  }

  #identifier(name: string): string {
    const plain = `clamav_${name.replace(/[^A-Za-z0-9]+/g, '_').slice(0, 100)}`;
    let unique = plain;
    for (let number = 2; this.#names.has(unique); number++) unique = `${plain}_${number}`;
    this.#names.add(unique);
    return unique;
  }

  #leave(reason: string): void {
    this.#left[reason] = (this.#left[reason] ?? 0) + 1;
  }
}

function joined(tests: readonly string[]): string {
  return tests.filter((test) => test !== '').join(' and ');
}

/** As a text of YARA; what is not printable ASCII stands as `\xNN`. */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]|["\\]/g, (sign) =>
    sign === '"' || sign === '\\' ? `\\${sign}` : `\\x${(sign.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`,
  )}"`;
}

function partText(
  sub: Subsignature,
  index: number,
  target: number,
  strings: string[],
  before: readonly PartText[],
): PartText | { readonly reason: string } {
  if (sub.kind !== 'body' && sub.kind !== 'regex') {
    return { reason: sub.kind === 'compare' ? 'comparisons of bytes' : sub.kind };
  }
  const place = placeText(sub.offset, target);
  if ('reason' in place) return place;
  if (sub.kind === 'regex') {
    const { regex } = sub;
    const plain =
      !regex.lineStart && !regex.rolling && !regex.encompass && !regex.anchored && regex.pattern !== undefined;
    if (!plain) return { reason: 'flags of a regular expression' };
    const trigger = expressionText(sub.trigger, before);
    if ('reason' in trigger) return trigger;
    strings.push(`$s${index} = /${regex.pattern}/${regex.caseless ? 'i' : ''}${regex.dotAll ? 's' : ''}`);
    return { test: `(${trigger.text} and $s${index}${place.text})`, count: undefined, pattern: undefined };
  }
  const names: string[] = [];
  for (const [variant, body] of sub.bodies.entries()) {
    const hex = yaraHex(body);
    if ('reason' in hex) return hex;
    const name = sub.bodies.length === 1 ? `s${index}` : `s${index}${'ab'[variant]}`;
    strings.push(`$${name} = ${hex.text}`);
    names.push(name);
  }
  const anywhere = place.text === '';
  return {
    test:
      names.length === 1
        ? `$${names[0]}${place.text}`
        : `(${names.map((name) => `$${name}${place.text}`).join(' or ')})`,
    count: anywhere ? names.map((name) => `#${name}`).join(' + ') : undefined,
    pattern: anywhere && names.length === 1 ? `$${names[0]}` : undefined,
  };
}
