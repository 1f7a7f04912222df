import { readFileSync } from 'node:fs';
import type { ContenderName } from './contenders.ts';

/** How many packages of which kind. */
export type Found = ReadonlyMap<string, number>;

interface DrydockReport {
  readonly problems: readonly unknown[];
  readonly packages: readonly { readonly type: string }[];
}

interface CycloneDx {
  readonly components?: readonly { readonly purl?: string }[];
}

/** What a scanner says it found; undefined for what is no scanner. A scan that finds less is faster. */
export function readFound(name: ContenderName, file: string): Found | undefined {
  switch (name) {
    case 'drydock':
    case 'drydock-warm': {
      const { packages, problems } = read(file) as DrydockReport;
      return count([...packages.map(({ type }) => type), ...problems.map(() => 'problems')]);
    }
    case 'trivy-os':
    case 'trivy-warm':
    case 'trivy': {
      const purls = ((read(file) as CycloneDx).components ?? []).map(({ purl }) => purl);
      // The image itself has a purl too.
      return count(
        purls
          .map((purl) => /^pkg:([a-z]+)\//.exec(purl ?? '')?.[1])
          .filter((type) => type !== undefined && type !== 'oci'),
      );
    }
    case 'snyk':
      return new Map(Object.entries(read(file) as Record<string, number>));
    case 'floor':
    case 'inflate':
      return undefined;
  }
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function count(types: readonly (string | undefined)[]): Found {
  const counts = new Map<string, number>();
  for (const type of types) if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}
