import { FormatError, LimitError } from '../errors.ts';
import { asList, asRecord, asText } from './record.ts';

/** A package that Container-Optimized OS has installed. */
export interface CosPackage {
  /** `CATEGORY/NAME`, as ebuilds are named. */
  readonly name: string;
  /** Of the image that it came with. */
  readonly version: string;
}

export interface CosReading {
  readonly packages: readonly CosPackage[];
  /** Entries without a name or a version. */
  readonly passedOver: number;
}

const MAX_PACKAGES = 20_000;

/**
 * Reads `etc/cos-package-info.json` of Container-Optimized OS (cos.googlesource.com/cos/tools, `pkg/tools/packages.go`). What
 * was there while it was built (`buildTimePackages`) is not in it.
 * @throws FormatError where it is no such document
 * @throws LimitError where it is longer than any
 */
export function parseCosPackages(text: string): CosReading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FormatError('it is no JSON');
  }
  if (asRecord(document) === undefined) throw new FormatError('it is no list of packages');
  const list = asList(asRecord(document)?.['installedPackages']);
  if (list.length > MAX_PACKAGES) throw new LimitError(`it lists more than ${MAX_PACKAGES} packages`);
  const packages: CosPackage[] = [];
  for (const item of list) {
    const row = asRecord(item);
    const name = asText(row?.['name'], 256);
    const version = asText(row?.['version'], 256) ?? asText(row?.['ebuild_version'], 256);
    const category = asText(row?.['category'], 256);
    if (name === undefined || version === undefined) continue;
    packages.push({ name: category === undefined ? name : `${category}/${name}`, version });
  }
  return { packages, passedOver: list.length - packages.length };
}
