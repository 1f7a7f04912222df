import { describe, expect, it } from 'vitest';
import { azureLinuxOval } from '../../src/ecosystems/azurelinux/feed.ts';
import type { Advisory, VersionRange } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';

/** `id namespace package > introduced, < fixed`, or the state where no range is told. */
function ours(advisories: readonly Advisory[]): string[] {
  return advisories.flatMap(({ id, affected }) =>
    affected.map((row) => `${id} ${row.namespace} ${row.package} ${rangeWords(row.ranges[0]) ?? row.state}`),
  );
}

function rangeWords(range: VersionRange | undefined): string | undefined {
  if (range === undefined) return undefined;
  const { introduced, fixed, lastAffected } = range;
  return [
    // The caret makes "greater than" of what is "greater than or equal".
    ...(introduced === undefined ? [] : [`> ${introduced.replace(/\^$/, '')}`]),
    ...(fixed === undefined ? [] : [`< ${fixed}`]),
    ...(lastAffected === undefined ? [] : [`<= ${lastAffected}`]),
  ].join(', ');
}

const signs: Readonly<Record<string, string>> = { 'less than': '<', 'less than or equal': '<=', 'greater than': '>' };

interface Tests {
  readonly RpminfoTests: readonly {
    readonly ID: string;
    readonly Object: { readonly ObjectRef: string };
    readonly State: { readonly StateRef: string };
  }[];
}

interface Definition {
  readonly Metadata: { readonly Reference: { readonly RefID: string }; readonly Patchable: string };
  readonly Criteria: { readonly Criterion: readonly { readonly TestRef: string }[] };
}

/** vuln-list-update keeps definitions, tests, objects and states apart: joined here by their ids. */
function ofVulnList(files: ReadonlyMap<string, Buffer>, folder: string, namespace: string): string[] {
  const json = <T>(path: string): T => JSON.parse(String(files.get(`${folder}/${path}`))) as T;
  const tests = json<Tests>('tests/tests.json').RpminfoTests;
  const objects = json<{ RpminfoObjects: { ID: string; Name: string }[] }>('objects/objects.json').RpminfoObjects;
  const states = json<{ RpminfoState: { ID: string; Evr: { Text: string; Operation: string } }[] }>(
    'states/states.json',
  ).RpminfoState;
  return [...files].flatMap(([path, text]) => {
    if (!path.startsWith(`${folder}/definitions/`)) return [];
    const { Metadata, Criteria } = JSON.parse(text.toString()) as Definition;
    const asked = Criteria.Criterion.map(({ TestRef }) => {
      const test = tests.find(({ ID }) => ID === TestRef);
      const { Text = '', Operation = '' } = states.find(({ ID }) => ID === test?.State.StateRef)?.Evr ?? {};
      return {
        name: objects.find(({ ID }) => ID === test?.Object.ObjectRef)?.Name,
        words: `${signs[Operation]} ${Text}`,
      };
    });
    const range = asked.map(({ words }) => words).toSorted((a, b) => b.localeCompare(a));
    const words = Metadata.Patchable === 'Not Applicable' ? 'not-affected' : range.join(', ');
    return [`${Metadata.Reference.RefID} ${namespace} ${asked[0]?.name} ${words}`];
  });
}

describe.skipIf(!hasShared)('samples of Azure Linux: vuln-list-update', () => {
  const files = hasShared ? sampleFiles('azurelinux', 'vuln-list-update') : new Map<string, Buffer>();
  const folder = 'mariner/testdata';

  it.each([
    ['azurelinux-3.0-oval.xml', 'azure/3.0', 'azurelinux:3.0', 2],
    ['cbl-mariner-2.0-preview-oval.xml', 'mariner/2.0', 'mariner:2.0', 5],
    ['cbl-mariner-1.0-oval.xml', 'mariner/1.0', 'mariner:1.0', 3],
  ])('%s is what its goldens say', async (name, golden, namespace, count) => {
    const { upserts, notes } = await readFiles(azureLinuxOval, {
      [name]: files.get(`${folder}/happy/${name}`) ?? Buffer.alloc(0),
    });

    expect(notes).toEqual([]);
    expect(ours(upserts).toSorted()).toEqual(ofVulnList(files, `${folder}/golden/${golden}`, namespace).toSorted());
    expect(upserts).toHaveLength(count);
  });
});
