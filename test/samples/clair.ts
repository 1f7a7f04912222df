import { hasShared, readShared } from '../support/shared.ts';

/** What an updater of Clair makes of a document. */
interface ClairCase {
  readonly updater: string;
  readonly testdata: string;
  readonly count: number;
  readonly unknown_releases_contains?: readonly string[];
  readonly vulnerabilities: readonly {
    readonly name: string;
    readonly link: string;
    readonly severity: string;
    readonly description: string;
    readonly fixed_in_contains: readonly {
      readonly namespace: string;
      readonly feature: string;
      readonly version: string;
    }[];
  }[];
}

/** The cases of an updater of Clair, each with its document. */
export function clairCases(updater: string): readonly (ClairCase & { readonly content: Buffer })[] {
  if (!hasShared) return [];
  const { cases } = JSON.parse(readShared('clair/cases/updaters.json').toString()) as { cases: readonly ClairCase[] };
  return cases
    .filter((one) => one.updater === updater)
    .map((one) => ({ ...one, content: readShared(`clair/testdata/${one.testdata}`) }));
}
