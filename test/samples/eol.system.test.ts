import { describe, expect, it } from 'vitest';
import { endOfLife } from '../../src/enrichers/end-of-life/index.ts';
import type { Enrichment } from '../../src/model/enrichment.ts';
import { readFiles } from '../support/feed-events.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { differencesOf, type Reason } from './differences.ts';

interface Release {
  readonly name: string;
  readonly eolFrom?: string | null;
}

/** product, release, day. The goldens name products, we distributions. */
const products: Readonly<Record<string, string>> = { alpine: 'alpine-linux', ol: 'oracle-linux' };
function ours({ name, endOfLife: day }: Enrichment): string {
  const [, distribution = '', release = ''] = /^eol:([^/]+)\/(.+)$/.exec(name) ?? [];
  return [products[distribution] ?? distribution, release, day].join(' | ');
}

const releases = (product: string, list: readonly Release[]): string[] =>
  list.map(({ name, eolFrom }) => [product, name, eolFrom ?? ''].join(' | '));

const theirs: readonly Reason[] = [
  [/^(?:python|windows) \|/, 'a product that is no distribution we know: nobody asks for it'],
  [/ \| $/, 'a release without a day: our own tables know as much'],
];

const cases: readonly (readonly [SampleProject, string, (files: ReadonlyMap<string, Buffer>) => string[]])[] = [
  [
    'vuln-list-update',
    'eoldates/testdata/eoldata.json',
    (files) =>
      Object.entries(
        JSON.parse(files.get('eoldates/testdata/happy/eoldates.json')!.toString()) as Record<string, Release[]>,
      ).flatMap(([product, list]) => releases(product, list)),
  ],
  [
    'vunnel',
    'eol/test-fixtures/valid-eol-response.json',
    (files) =>
      [...files]
        .filter(([name]) => name.startsWith('eol/test-fixtures/snapshots/valid-eol-response/'))
        .flatMap(([, text]) => {
          const { item } = JSON.parse(text.toString()) as { item: Release & { product: string } };
          return releases(item.product, [item]);
        }),
  ],
  [
    'vuls-data-update',
    'fetch/endoflife-date/api/testdata/fixtures/happy/full',
    (files) =>
      [...files]
        .filter(([name]) => name.startsWith('fetch/endoflife-date/api/testdata/golden/'))
        .flatMap(([, text]) => {
          const { name, releases: list } = JSON.parse(text.toString()) as { name: string; releases: Release[] };
          return releases(name, list);
        }),
  ],
];

describe.skipIf(!hasShared)('the samples of endoflife.date', () => {
  it.each(cases)('%s %s', async (project, input, golden) => {
    const files = sampleFiles('eol', project);
    const { enrichments } = await readFiles(endOfLife, { full: files.get(input)! });
    const difference = differencesOf(golden(files), enrichments.map(ours), theirs, []);
    expect(difference.unexplained).toEqual([]);
    expect(difference.equal).toBeGreaterThan(1);
  });
});
