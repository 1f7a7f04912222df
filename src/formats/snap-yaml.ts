import { FormatError } from '../errors.ts';

/** A snap as its `meta/snap.yaml` describes it. */
export interface SnapMetadata {
  readonly name: string;
  readonly version: string;
  /** Where it is made for one; a snap may be made for several, or for all. */
  readonly arch?: string;
  readonly licence?: string;
}

const MAX_VALUE = 1000;

/**
 * Reads the plain keys at the top of `snap.yaml` (snapcraft.io, "The snap format"): nothing else of YAML is needed, and nothing
 * else of it is read.
 * @throws FormatError where it names no snap or no version
 */
export function parseSnapYaml(text: string): SnapMetadata {
  const values = new Map<string, string>();
  const architectures: string[] = [];
  let key = '';
  for (const line of text.split('\n')) {
    const item = key === 'architectures' && /^\s*-\s+(.*)$/.exec(line)?.[1];
    if (typeof item === 'string') {
      if (architectures.length < 16) architectures.push(scalar(item));
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1 || line.length > MAX_VALUE * 4 || !/^[a-z][a-z0-9-]*$/.test(line.slice(0, colon))) continue;
    key = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (key === 'architectures' && value.startsWith('[')) {
      for (const one of value.slice(1, -1).split(',').slice(0, 16)) architectures.push(scalar(one));
    } else if (!values.has(key)) values.set(key, scalar(value));
  }
  const name = values.get('name') ?? '';
  const version = values.get('version') ?? '';
  if (name === '') throw new FormatError('it names no snap');
  if (version === '') throw new FormatError('it names no version');
  const licence = values.get('license') ?? '';
  const [arch, ...others] = architectures.filter((one) => one !== '');
  return {
    name,
    version,
    ...(arch !== undefined && others.length === 0 && arch !== 'all' && { arch }),
    ...(licence !== '' && licence !== 'unset' && { licence }),
  };
}

/** A value without its quotes, or without the comment behind it. */
function scalar(text: string): string {
  const value = text.trim();
  const quote = value[0];
  if ((quote === '"' || quote === "'") && value.lastIndexOf(quote) > 0) return value.slice(1, value.lastIndexOf(quote));
  const comment = value.indexOf(' #');
  return (value.startsWith('#') ? '' : comment < 0 ? value : value.slice(0, comment)).trim();
}
