import { FormatError } from '../../errors.ts';
import { asList, asRecord, asText } from '../record.ts';
import { readYaml } from '../yaml.ts';
import { type HaskellPackage, haskellPackage } from './unit.ts';

/**
 * Reads stack.yaml.lock (docs.haskellstack.org, "Lock files"): what was added to the snapshot, as it was resolved.
 * @throws FormatError where it has no packages
 */
export function parseStackLock(text: string): readonly HaskellPackage[] {
  const root = asRecord(readYaml(text)[0]);
  if (root === undefined || !('packages' in root)) throw new FormatError('it has no packages');
  return asList(root['packages']).flatMap((item) => {
    const completed = asRecord(asRecord(item)?.['completed']);
    const name = asText(completed?.['name']);
    // Of an archive or a repository.
    if (name !== undefined) return [{ name, version: asText(completed?.['version']) ?? '' }];
    return fromHackage(completed?.['hackage']) ?? [];
  });
}

/**
 * Reads which packages stack.yaml adds to its snapshot, `extra-deps` (docs.haskellstack.org, "Project-level configuration").
 * Folders, archives and repositories tell no name.
 * @throws FormatError where it is no such file
 */
export function parseStackYaml(text: string): readonly HaskellPackage[] {
  const root = asRecord(readYaml(text)[0]);
  if (root === undefined) throw new FormatError('it is no configuration of a project');
  return asList(root['extra-deps']).flatMap((item) => fromHackage(item) ?? []);
}

/** `stm-2.5.0.2@sha256:e4dc...,2314`: the digest is that of its description. */
function fromHackage(value: unknown): HaskellPackage | undefined {
  const word = asText(value)?.split('@', 1)[0];
  return word === undefined || /[/\\:\s]/.test(word) ? undefined : haskellPackage(word);
}
