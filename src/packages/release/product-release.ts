import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from './known-release.ts';
import { readProductLine } from './product-line.ts';
import { isNamedOtherwise, releaseName } from './release-name.ts';

/** A distribution that names itself in os-release, and in a line as Red Hat's relatives write it. */
export interface ProductRelease {
  /** `ID` of os-release. */
  readonly id: string;
  /** For people, without the version. */
  readonly name: string;
  readonly releases: readonly Distribution[];
  /** The part of a version that is the release: of `9.5` the first number. */
  readonly version: RegExp;
  /** How the line begins, and the files that have it. */
  readonly line: string;
  readonly files: readonly string[];
}

/** Files with such a line of AlmaLinux, Rocky Linux and Fedora Linux. */
export const relativeFiles = ['etc/redhat-release', 'etc/system-release'];

/** The first number of a version. */
export const majorVersion = /^\d{1,3}(?=\.|$)/;

/** Recognises a distribution by os-release, or by its line where no file names a distribution. */
export function detectProduct(
  product: ProductRelease,
): (file: ReleaseFile, others: readonly ReleaseFile[]) => Distribution | undefined {
  return (file, others) => {
    const release = product.version.exec(versionOf(product, file, others))?.[0];
    return release === undefined ? undefined : knownRelease(product.releases, product.id, release, product.name);
  };
}

function versionOf(product: ProductRelease, file: ReleaseFile, others: readonly ReleaseFile[]): string {
  const name = releaseName(file);
  if (name !== undefined) return name.id === product.id ? name.version : '';
  if (!product.files.includes(file.path) || isNamedOtherwise(others, [product.id])) return '';
  const line = readProductLine(file.text);
  return line?.product.startsWith(product.line) === true ? line.version : '';
}
