import { FormatError } from '../../errors.ts';
import { escapeText } from '../escape-text.ts';
import { packageName, parsePackageUrl } from '../package-url.ts';
import type { SbomComponent, SbomDocument, SbomLimits } from './document.ts';
import { SbomFaults } from './faults.ts';

/** Longer ones say nothing that is looked at. */
const LONGEST = 4096;

/**
 * Reads a list of package URLs, one a line; empty lines and those that begin with `#` are left out. It says of itself
 * that it is whole: nobody but who wrote it can know what else there is.
 * @throws FormatError where it has no package URL with a version
 */
export function readPackageUrls(bytes: Uint8Array, limits: SbomLimits): SbomDocument {
  const faults = new SbomFaults();
  const components: SbomComponent[] = [];
  let number = 0;
  for (const line of linesOf(bytes)) {
    number++;
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    if (components.length >= limits.components) {
      faults.add('limit', `it has more than ${limits.components} package URLs; the rest was not read`);
      break;
    }
    const component = text.length > LONGEST ? undefined : componentOf(text);
    if (typeof component === 'object') components.push(component);
    else faults.component(`line ${number}, ${escapeText(text.slice(0, 200))}: ${component ?? 'it is too long'}`);
  }
  const all = faults.all();
  if (components.length === 0) {
    throw new FormatError(all[0]?.message ?? 'it has no package URL');
  }
  return { format: 'package URLs', components, dependencies: new Map(), complete: true, faults: all };
}

/** @returns the component, or why it is none */
function componentOf(text: string): SbomComponent | string {
  const purl = parsePackageUrl(text);
  if (purl === undefined) return 'it is no package URL, as pkg:npm/lodash@4.17.20 is one';
  if (purl.version === undefined)
    return 'it has no version, and without one nothing can be judged: put @VERSION behind it';
  return {
    kind: 'library',
    name: packageName(purl),
    version: purl.version,
    purl: text,
    licences: [],
    locations: [],
    properties: new Map(),
  };
}

function* linesOf(bytes: Uint8Array): Generator<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < buffer.length; ) {
    const found = buffer.indexOf(0x0a, start);
    const end = found < 0 ? buffer.length : found;
    // Of a longer line it is only told that it is too long.
    yield buffer.toString('utf8', start, Math.min(end, start + 4 * LONGEST + 4));
    start = end + 1;
  }
}
