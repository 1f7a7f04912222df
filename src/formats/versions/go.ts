import type { VersionScheme } from '../../model/version-scheme.ts';
import { digitsEnd, invalidVersion, isLetter } from './parts.ts';
import { partwise } from './partwise.ts';
import {
  ignoredBuild,
  readSemver,
  type Semver,
  type SemverForm,
  semverNumbers,
  semverPrerelease,
} from './semver-order.ts';

const form: SemverForm = { scheme: 'go', numbers: 3, bare: false, zeros: false };

/**
 * Versions of Go modules and of Go itself.
 *
 * Modules: golang.org/x/mod/semver, with or without the `v`, since advisories leave it out. Pseudo-versions
 * (`v0.0.0-20240102150405-abcdef123456`) are pre-releases and compared as such; `+incompatible` and `+dirty` are builds
 * and not compared. Leading zeros, and a pre-release behind fewer than three numbers, are invalid.
 *
 * Go: `go1.22.3` is `1.22.3`, and `go1.22rc1` is `1.22.0-rc.1`, as the Go vulnerability database writes them; what stands
 * behind a blank (`go1.22.3 X:boringcrypto`) or a hyphen (`go1.22.3-custom`) names the build and is not compared.
 * Invalid is what has no version: `(devel)`, `devel go1.24-abcdef`.
 */
export const goVersions: VersionScheme = partwise('go', parse, [semverNumbers, semverPrerelease, ignoredBuild]);

function parse(version: string): Semver {
  if (version.startsWith('go')) return parseToolchain(version);
  const parsed = readSemver(version, version.charAt(0) === 'v' ? 1 : 0, form);
  if (parsed.numbers.length < 3 && parsed.prerelease.length + parsed.build.length > 0) {
    throw invalidVersion('go', version, 'a pre-release or a build follows fewer than three numbers');
  }
  return parsed;
}

/** Reads `goMAJOR[.MINOR[.PATCH]]`, or `goMAJOR.MINORrcN` (go.dev/doc/toolchain, "Go versions"). */
function parseToolchain(version: string): Semver {
  const end = version.search(/[ -]/);
  const text = end < 0 ? version : version.slice(0, end);
  let letters = 2;
  while (letters < text.length && !isLetter(text.charCodeAt(letters))) letters++;
  const numbers = readSemver(text.slice(0, letters), 2, form).numbers;
  if (letters === text.length) return { numbers, prerelease: [], build: [] };
  let digits = letters;
  while (digits < text.length && isLetter(text.charCodeAt(digits))) digits++;
  const kind = text.slice(letters, digits);
  const number = text.slice(digits);
  const known = kind === 'beta' || kind === 'rc';
  if (!known || number === '' || digitsEnd(number, 0) !== number.length || numbers.length !== 2) {
    throw invalidVersion('go', version, 'it is no release of Go');
  }
  return { numbers, prerelease: [kind, number], build: [] };
}
