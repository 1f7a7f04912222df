import type { Analyzer } from '../../src/model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../src/model/fact.ts';
import { Appetite } from '../../src/model/file.ts';
import type { TarEntry } from './tar.ts';

/** A package that a file states; npm and installed unless told otherwise. */
export type StatedPackage = Partial<PackageRecord> &
  Pick<PackageRecord, 'name' | 'version'> & {
    /** Where in the file, which is an archive then. */
    readonly location?: string;
  };

const BEGINNING = '{"stated":';

/** A file that stands for packages, for an image that is scanned with `statedPackages`. */
export function stating(path: string, ...packages: readonly StatedPackage[]): TarEntry {
  return { path, content: `${BEGINNING}${JSON.stringify(packages)}}`, mode: 0o755 };
}

/** Reads files made by `stating`: assembly and matching without the formats of any language. */
export const statedPackages: Analyzer<PackageFact> = {
  name: 'stated-packages',
  version: 1,
  wants: (file) => (file.type === 'file' ? Appetite.Body : Appetite.None),
  open() {
    const facts: PackageFact[] = [];
    return {
      read({ path, content }) {
        const text = Buffer.from(content).toString();
        if (!text.startsWith(BEGINNING)) return;
        const { stated } = JSON.parse(text) as { readonly stated: readonly StatedPackage[] };
        for (const { location, ...record } of stated) {
          facts.push({
            kind: 'package',
            path,
            ...(location !== undefined && { location }),
            package: { type: 'npm', ...record },
          });
        }
      },
      close: () => facts,
    };
  },
};
