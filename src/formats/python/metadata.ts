import { mentionedLicences } from '../spdx/mentioned-licences.ts';
import { normaliseLicence } from '../spdx/normalise-licence.ts';
import { distinct } from './declared.ts';
import { requiredNames } from './requirement.ts';

/** What METADATA or PKG-INFO say of a package. */
export interface PythonMetadata {
  readonly name?: string;
  readonly version?: string;
  /** An SPDX expression, a name, or the names that its classifiers give it. */
  readonly licences: readonly string[];
  /** Names of the packages it needs without any extra. */
  readonly requires: readonly string[];
}

/** Licences and names of licences have fewer characters; longer ones are the text of the licence. */
const MAX_LICENCE = 200;
/** What is looked into, and kept, of the text of a licence that does not begin with a name. */
const MAX_TEXT = 2000;
/** What setuptools wrote where it was told none. */
const UNKNOWN = 'UNKNOWN';
/** Lines of one kind that are kept; real files have some dozens. */
const MAX_LINES = 10_000;

const wanted: ReadonlySet<string> = new Set([
  'name',
  'version',
  'license',
  'license-expression',
  'classifier',
  'requires-dist',
]);

/**
 * Reads the header of METADATA or PKG-INFO: fields in the form of RFC 822 up to the first blank line. Of a field that may stand
 * there once the first counts. Lines that belong to no field, which old tools wrote by mistake, are skipped.
 * Source: packaging.python.org, "Core metadata specifications".
 * @returns without name and version where the bytes name none; never throws
 */
export function parsePythonMetadata(bytes: Uint8Array): PythonMetadata {
  const fields = readFields(headerOf(bytes));
  const first = (key: string): string | undefined => fields.get(key)?.[0];
  const name = oneLine(first('name'));
  const version = oneLine(first('version'));
  return {
    ...(name !== '' && { name }),
    ...(version !== '' && { version }),
    licences: licencesOf(first('license-expression'), first('license'), fields.get('classifier') ?? []),
    requires: requiredNames(fields.get('requires-dist') ?? []),
  };
}

/** The text up to the first blank line. What follows is the description, which may be long. */
function headerOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends = [buffer.indexOf('\n\n'), buffer.indexOf('\n\r\n')].filter((at) => at >= 0);
  return buffer.toString('utf8', 0, Math.min(buffer.length, ...ends)).replace(/^\uFEFF/, '');
}

function readFields(header: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const line of header.split('\n')) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      // A folded line. Only a licence is long enough to be, and that is then a text.
      if (values !== undefined) values[values.length - 1] += `\n${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    const key = colon > 0 && colon < 40 ? line.slice(0, colon).toLowerCase() : '';
    if (!/^[a-z][a-z-]*$/.test(key)) continue;
    values = undefined;
    if (!wanted.has(key)) continue;
    values = fields.get(key) ?? [];
    if (values.length >= MAX_LINES) values = undefined;
    else {
      values.push(line.slice(colon + 1).trim());
      fields.set(key, values);
    }
  }
  return fields;
}

function oneLine(text = ''): string {
  return text.replace(/\s+/g, ' ').trim();
}

function licencesOf(expression = '', licence = '', classifiers: readonly string[] = []): readonly string[] {
  const stated = oneLine(expression);
  if (isLicence(stated)) return [stated];
  if (isLicence(licence)) return [licence];
  const classified = classifiers.flatMap((classifier) => {
    const parts = classifier.split(' :: ');
    const last = parts.at(-1)!.trim();
    // `License :: OSI Approved` says no more than that it is a licence.
    return parts[0] === 'License' && last !== 'OSI Approved' && isLicence(last) ? [last] : [];
  });
  const text = licence === '' || licence === UNKNOWN ? undefined : licenceOfText(licence, classified.length > 0);
  return distinct(text === undefined ? classified : [...classified, text]);
}

/**
 * What a text of several lines, or a long one, says of its licence. Some write all of it, others the name and a remark.
 * @param isNamed whether the licence is known without it: then a text that names none tells nothing
 */
function licenceOfText(text: string, isNamed: boolean): string | undefined {
  const [first = '', ...rest] = text.split('\n');
  const words = oneLine(text).slice(0, MAX_TEXT);
  if (normaliseLicence(first) !== undefined && mentionedLicences(oneLine(rest.join(' '))).length === 0) return first;
  const title = words.slice(0, MAX_LICENCE);
  if (mentionedLicences(title).length > 0) return title;
  // Whoever writes the text has the name somewhere in it, if not at its beginning.
  if (mentionedLicences(words).length > 0) return words;
  return isNamed ? undefined : title;
}

/** Whether it names a licence in few words. */
function isLicence(text: string): boolean {
  return text !== '' && text !== UNKNOWN && text.length <= MAX_LICENCE && !text.includes('\n');
}
