import { FormatError } from '../../errors.ts';
import { textLines } from '../node/text-lines.ts';
import { opamTexts } from './opam-file.ts';

/** A package at one version, as lists of opam name it. */
export interface OpamVersion {
  readonly name: string;
  readonly version: string;
}

const MAX_PACKAGES = 100_000;

/** Parts `fmt.0.9.0`: no name has a full stop (opam manual, "Package names"). */
export function opamVersion(word: string): OpamVersion | undefined {
  const found = /^([A-Za-z0-9_+-]{1,250})\.([A-Za-z0-9_+.~-]{1,250})$/.exec(word.length > 600 ? '' : word);
  return found === null ? undefined : { name: found[1]!, version: found[2]! };
}

/**
 * Reads `.opam-switch/switch-state`: what is installed in a switch (opam manual, "switch-state").
 * @throws FormatError where it lists nothing
 */
export function parseSwitchState(text: string): readonly OpamVersion[] {
  const installed = opamTexts(text, 'installed');
  if (installed === undefined) throw new FormatError('it does not say what is installed');
  if (installed.length > MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
  return installed.flatMap((word) => opamVersion(word) ?? []);
}

/**
 * Reads a list of packages of a switch with one `NAME.VERSION` a line (`opam list --short --columns=package`, which some keep as
 * `.opam-switch/install`).
 * @throws FormatError for a line that is none
 */
export function parseOpamList(text: string): readonly OpamVersion[] {
  const packages: OpamVersion[] = [];
  for (const { line, raw } of textLines(text)) {
    const [word = ''] = raw.trim().split(/\s/, 1);
    if (word === '' || word.startsWith('#')) continue;
    const found = opamVersion(word);
    if (found === undefined) throw new FormatError(`line ${line} is no package with a version`);
    packages.push(found);
    if (packages.length > MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
  }
  return packages;
}
