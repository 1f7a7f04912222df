import { FormatError } from '../../errors.ts';
import { asRecord, asText } from '../record.ts';
import { readYaml } from '../yaml.ts';

/** What a package of Dart says of itself. */
export interface Pubspec {
  readonly name: string;
  /** Empty where there is none: then it was never published. */
  readonly version: string;
  /** `publish_to: none`: no registry has it. */
  readonly isPrivate: boolean;
  /** What it wants of others, packages of the SDK and of folders beside it left out. */
  readonly wanted: readonly WantedPackage[];
}

export interface WantedPackage {
  readonly name: string;
  /** A range as written; empty where a repository of Git says what it is, or any version will do. */
  readonly version: string;
  /** For development only. */
  readonly development: boolean;
}

/**
 * Reads pubspec.yaml (dart.dev/tools/pub/pubspec).
 * @throws FormatError where it names no package
 */
export function parsePubspec(text: string): Pubspec {
  const root = asRecord(readYaml(text)[0]);
  const name = asText(root?.['name']);
  if (root === undefined || name === undefined) throw new FormatError('it names no package');
  return {
    name,
    // One that is too long is not taken for none: who lists the package refuses it.
    version: asText(root['version'], Number.POSITIVE_INFINITY) ?? '',
    isPrivate: asText(root['publish_to']) === 'none',
    wanted: [...wantedOf(root['dependencies'], false), ...wantedOf(root['dev_dependencies'], true)],
  };
}

function wantedOf(value: unknown, development: boolean): readonly WantedPackage[] {
  const wanted: WantedPackage[] = [];
  for (const [name, what] of Object.entries(asRecord(value) ?? {})) {
    const from = asRecord(what);
    if (from !== undefined && ('sdk' in from || 'path' in from)) continue;
    const version = asText(from === undefined ? what : from['version']) ?? '';
    wanted.push({ name, version: version === 'any' ? '' : version, development });
  }
  return wanted;
}
