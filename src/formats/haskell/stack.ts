import { FormatError } from '../../errors.ts';
import { asYamlList, asYamlMap, asYamlText, readYamlBlock, type YamlValue } from '../yaml-block.ts';
import { type HaskellPackage, haskellPackage } from './unit.ts';

/**
 * Reads stack.yaml.lock (docs.haskellstack.org, "Lock files"): what was added to the snapshot, as it was resolved.
 * @throws FormatError where it has no packages
 */
export function parseStackLock(text: string): readonly HaskellPackage[] {
  const root = asYamlMap(readYamlBlock(text));
  if (root?.has('packages') !== true) throw new FormatError('it has no packages');
  return asYamlList(root.get('packages')).flatMap((item) => {
    const completed = asYamlMap(asYamlMap(item)?.get('completed'));
    const name = asYamlText(completed?.get('name'));
    // Of an archive or a repository.
    if (name !== undefined) return [{ name, version: asYamlText(completed?.get('version')) ?? '' }];
    return fromHackage(completed?.get('hackage')) ?? [];
  });
}

/**
 * Reads which packages stack.yaml adds to its snapshot, `extra-deps` (docs.haskellstack.org, "Project-level configuration").
 * Folders, archives and repositories tell no name.
 * @throws FormatError where it is no such file
 */
export function parseStackYaml(text: string): readonly HaskellPackage[] {
  const root = asYamlMap(readYamlBlock(text));
  if (root === undefined) throw new FormatError('it is no configuration of a project');
  return asYamlList(root.get('extra-deps')).flatMap((item) => fromHackage(item) ?? []);
}

/** `stm-2.5.0.2@sha256:e4dc...,2314`: the digest is that of its description. */
function fromHackage(value: YamlValue | undefined): HaskellPackage | undefined {
  const word = asYamlText(value)?.split('@', 1)[0];
  return word === undefined || /[/\\:\s]/.test(word) ? undefined : haskellPackage(word);
}
