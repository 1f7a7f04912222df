import { existsSync } from 'node:fs';
import { type ElsewhereScheme, elsewhereSchemes } from './elsewhere.ts';

/** Words before the colon of a reference that say what a file or folder is. */
const localSchemes = [
  'docker-archive',
  'oci-archive',
  'oci-dir',
  'aci',
  'sif',
  'squashfs',
  'dir',
  'layer',
  'sbom',
] as const;
export type LocalScheme = (typeof localSchemes)[number];
type Scheme = LocalScheme | ElsewhereScheme;

const schemes: readonly Scheme[] = [...localSchemes, ...elsewhereSchemes];

export function isElsewhere(scheme: Scheme | undefined): scheme is ElsewhereScheme {
  return elsewhereSchemes.some((known) => known === scheme);
}

/** Splits `scheme:rest` or `scheme://rest`. A path may hold a colon, so only known words count as a scheme. */
export function splitReference(reference: string): { readonly scheme?: Scheme; readonly location: string } {
  const colon = reference.indexOf(':');
  const word = reference.slice(0, colon);
  const scheme = schemes.find((known) => known === word);
  if (scheme !== undefined) {
    const rest = reference.slice(colon + 1);
    return { scheme, location: rest.startsWith('//') ? rest.slice(2) : rest };
  }
  return { location: reference };
}

/** Whether a reference names a file or folder of this machine, or standard input, as `openImage` understands it. */
export function isFile(reference: string): boolean {
  const { scheme, location } = splitReference(reference);
  if (isElsewhere(scheme)) return false;
  return scheme !== undefined || location === '-' || existsSync(location);
}
