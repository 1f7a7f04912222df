import { FormatError, LimitError } from '../errors.ts';
import { packageName, parsePackageUrl } from './package-url.ts';
import { parseJson } from './parse-json.ts';
import { asList, asRecord, asText } from './record.ts';

/** A component of an image of Bitnami's. */
export interface BitnamiComponent {
  readonly name: string;
  /** With the revision of its build: `17.2.0-8`. */
  readonly version: string;
  readonly arch?: string;
  readonly licence?: string;
}

/** Components of one list; images of Bitnami have some dozen. */
const MAX_COMPONENTS = 20_000;
const MAX_URL = 2000;

/**
 * Reads `.spdx-NAME.spdx`, which Bitnami leaves with each component: SPDX 2 in JSON, or as tags (spdx.github.io/spdx-spec/v2.3,
 * clause 7). Packages are those with a package URL of `pkg:bitnami/`.
 * @throws FormatError where it is neither
 * @throws LimitError for more components than any image has
 */
export function parseBitnamiSpdx(text: string): readonly BitnamiComponent[] {
  if (/^\s*\{/.test(text)) return fromJson(text);
  if (/^SPDXVersion:/m.test(text.slice(0, 65536))) return fromTags(text);
  throw new FormatError('it is no SPDX document');
}

function fromJson(text: string): readonly BitnamiComponent[] {
  const found: BitnamiComponent[] = [];
  for (const item of bounded(asList(asRecord(parseJson(text))?.['packages']))) {
    const row = asRecord(item);
    for (const reference of asList(row?.['externalRefs']).slice(0, 20)) {
      const component = componentOf(asRecord(reference)?.['referenceLocator'], asText(row?.['licenseDeclared'], 256));
      if (component !== undefined) found.push(component);
    }
  }
  return found;
}

function fromTags(text: string): readonly BitnamiComponent[] {
  const found: BitnamiComponent[] = [];
  let licence: string | undefined;
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const tag = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (tag === 'PackageName') licence = undefined;
    else if (tag === 'PackageLicenseDeclared') licence = value.slice(0, 256);
    else if (tag === 'ExternalRef') {
      const component = componentOf(value.slice(value.indexOf('pkg:')), licence);
      if (component !== undefined) found.push(component);
      bounded(found);
    }
  }
  return found;
}

/** The list, where it is of a length that a list may have: what is beyond a bound would be missing without a word. */
function bounded<T>(list: readonly T[]): readonly T[] {
  if (list.length > MAX_COMPONENTS) throw new LimitError(`it has more than ${MAX_COMPONENTS} components`);
  return list;
}

function componentOf(text: unknown, licence: string | undefined): BitnamiComponent | undefined {
  if (typeof text !== 'string' || !text.startsWith('pkg:bitnami/')) return undefined;
  if (text.length > MAX_URL) throw new LimitError(`the address of a package in it has more than ${MAX_URL} characters`);
  const url = parsePackageUrl(text);
  if (url === undefined) return undefined;
  const arch = url.qualifiers.get('arch');
  const hasLicence = licence !== undefined && licence !== 'NOASSERTION' && licence !== 'NONE';
  return {
    name: packageName(url),
    version: url.version ?? '',
    ...(arch !== undefined && arch !== '' && { arch }),
    ...(hasLicence && { licence }),
  };
}

/**
 * Reads `.bitnami_components.json`, which lists by name what an image was made of.
 * @throws FormatError where it is no such list
 * @throws LimitError for more components than any image has
 */
export function parseBitnamiComponents(text: string): readonly BitnamiComponent[] {
  const list = asRecord(parseJson(text));
  if (list === undefined) throw new FormatError('it is no list of components');
  return bounded(Object.entries(list)).flatMap(([name, value]) => {
    const version = asText(asRecord(value)?.['version'], 256);
    const arch = asText(asRecord(value)?.['arch'], 64);
    return version === undefined ? [] : [{ name, version, ...(arch !== undefined && { arch }) }];
  });
}
