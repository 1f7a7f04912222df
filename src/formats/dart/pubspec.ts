import { FormatError } from '../../errors.ts';
import { asYamlMap, asYamlText, readYamlBlock, type YamlValue } from '../yaml-block.ts';

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
  const root = asYamlMap(readYamlBlock(text));
  const name = asYamlText(root?.get('name'));
  if (root === undefined || name === undefined) throw new FormatError('it names no package');
  return {
    name,
    version: asYamlText(root.get('version')) ?? '',
    isPrivate: asYamlText(root.get('publish_to')) === 'none',
    wanted: [...wantedOf(root.get('dependencies'), false), ...wantedOf(root.get('dev_dependencies'), true)],
  };
}

function wantedOf(value: YamlValue | undefined, development: boolean): readonly WantedPackage[] {
  const wanted: WantedPackage[] = [];
  for (const [name, what] of asYamlMap(value) ?? []) {
    const from = asYamlMap(what);
    if (from?.has('sdk') === true || from?.has('path') === true) continue;
    const version = asYamlText(from === undefined ? what : from.get('version')) ?? '';
    wanted.push({ name, version: version === 'any' ? '' : version, development });
  }
  return wanted;
}
