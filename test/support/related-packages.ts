import fc from 'fast-check';
import type { Package } from '../../src/model/package.ts';
import { packagePurl } from '../../src/model/purl.ts';
import { anyPackages } from './any-packages.ts';

/** Forms of text change blanks and show controls; what has none comes through every form as it is. */
function plain<Value>(value: Value): Value {
  if (typeof value === 'string') return value.replace(/[^\w.:@/+~-]/g, 'x') as Value;
  if (Array.isArray(value)) return [...new Set(value.map(plain<unknown>))] as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain<unknown>(one)])) as Value;
}

/** Packages with everything that one can have, of which each needs the next two, and every fourth is in the one before. */
export function relatedPackages(seed: number): readonly Package[] {
  const all = fc.sample(anyPackages, { numRuns: 20, seed }).flat();
  const made = all.map(({ dependsOn: _, within: __, ...pkg }) => {
    const clean = plain(pkg);
    return { ...clean, purl: packagePurl(clean) };
  });
  const unique = [...new Map(made.map((pkg) => [pkg.purl, pkg])).values()].slice(0, 40);
  return unique.map((pkg, index): Package => {
    const needs = unique.slice(index + 1, index + 3).map(({ purl }) => purl);
    return {
      ...pkg,
      ...(needs.length > 0 && { dependsOn: needs.sort() }),
      ...(index % 4 === 3 && { within: unique[index - 1]!.purl }),
    };
  });
}
