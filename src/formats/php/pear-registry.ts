import { FormatError } from '../../errors.ts';
import { asText } from '../record.ts';
import { parseSerialized, type SerializedValue } from './serialized.ts';

/** A package as the registry of PEAR has it. */
export interface PearPackage {
  readonly name: string;
  readonly version: string;
  /** Where it comes from: `pear.php.net`, `pecl.php.net`. Absent: the file does not tell, its folder does. */
  readonly channel?: string;
  readonly licence?: string;
}

/**
 * Reads a file of PEAR's registry (`NAME.reg`), which PHP serialised: what `package.xml` says, of version 2 (`name`, `channel`,
 * `version.release`) or of version 1 (`package`, `version`) (pear.php.net, "package.xml"; PEAR/Registry.php).
 * @throws FormatError where it names no package and version
 * @throws LimitError where it is larger than any can be
 */
export function parsePearRegistry(bytes: Uint8Array): PearPackage {
  const root = parseSerialized(bytes);
  if (!(root instanceof Map)) throw new FormatError('it names no package');
  const at = (...keys: readonly string[]): string | undefined => {
    let value: SerializedValue | undefined = root;
    for (const key of keys) value = value instanceof Map ? value.get(key) : undefined;
    return asText(value, 256);
  };
  const name = at('name') ?? at('package');
  const version = at('version', 'release') ?? at('version');
  if (name === undefined || version === undefined) throw new FormatError('it names no package and version');
  const channel = at('channel');
  const licence = at('license', '_content') ?? at('license') ?? at('release_license');
  return {
    name,
    version,
    ...(channel !== undefined && { channel }),
    ...(licence !== undefined && { licence }),
  };
}
