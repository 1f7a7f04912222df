import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { fixtureCases, fixtureFiles, named, tally } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { parseUsedActions } from '../../formats/github-actions.ts';
import { githubActionsOsv } from './feed.ts';

/** What only we find: syft has a reader of steps and one of jobs, and each of its cases tries one of them. */
const alsoThere: Readonly<Record<string, readonly string[]>> = {
  'githubactions/testdata/call-shared-workflow.yaml': ['actions/checkout@v4'],
  'githubactions/testdata/workflow-with-version-comments.yaml': [
    'octo-org/this-repo/.github/workflows/workflow-1.yml@v1.0.0',
  ],
};

describe.skipIf(!hasShared)(`files of syft${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  const cases = hasShared ? fixtureCases('syft', 'githubactions') : [];

  it.each(cases.map((one) => [one.path, one] as const))('%s', (_, one) => {
    const text = fixtureFiles('syft', one.path).get('')?.toString() ?? '';

    const found = parseUsedActions(text);

    // What stands in the repository itself is no package of others.
    const expected = one.packages.filter(({ name }) => !name.startsWith('./'));
    tally(named(expected), named(found));
    expect(named(found)).toEqual([...named(expected), ...(alsoThere[one.path] ?? [])].sort());
  });
});

it('lists what workflows and actions of an image use, and judges it where that is asked for', async () => {
  const record = {
    id: 'GHSA-aaaa-bbbb-cccc',
    affected: [
      {
        package: { ecosystem: 'GitHub Actions', name: 'Hull/Rope' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.2.0' }] }],
      },
    ],
  };
  const { upserts } = await readFiles(githubActionsOsv, { 'all.ndjson': JSON.stringify(record) });
  const source = advisoriesOf({ [githubActionsOsv.name]: upserts });
  const files = [
    { path: 'src/.github/workflows/a.yml', content: 'jobs:\n  a:\n    steps:\n      - uses: hull/rope/pull@v1.1.9\n' },
    { path: 'src/.github/actions/b/action.yaml', content: 'runs:\n  steps:\n  - uses: "hull/rope@v1.2.0"\n' },
    { path: 'src/workflows/c.yml', content: '  - uses: hull/rope@v0.1.0\n' },
  ];
  const image = writeTemporary('actions.tar', dockerArchive({ layers: [layer(files)] }));
  const advisories = { supply: async () => ({ source, problems: [] }) };

  const { packages, findings } = await scanOne(image, { advisories, lockfiles: true });

  expect(packages.map(({ purl, evidence }) => `${purl} ${evidence}`)).toEqual([
    'pkg:githubactions/hull/rope@v1.2.0 manifest',
    'pkg:githubactions/hull/rope@v1.1.9#pull manifest',
  ]);
  expect(findings.filter(({ kind }) => kind === 'vulnerability').map((one) => one.package?.version)).toEqual([
    'v1.1.9',
  ]);
});

it.each([
  ['', []],
  ['uses: a/b@v1', ['a/b@v1']],
  ["- 'uses': 'a/b@v1' # v2", ['a/b@v1']],
  [`uses: a/b@${'0'.repeat(40)} # v2.0.1`, ['a/b@v2.0.1']],
  [`uses: a/b@${'0'.repeat(40)} # for v2`, [`a/b@${'0'.repeat(40)}`]],
  ['uses: ./a', []],
  ['uses: docker://a/b:1', []],
  ['uses: a@v1', []],
  ['uses: a/b', []],
  ['uses: ${{ matrix.a }}/b@v1', []],
  ['run: echo uses: a/b@v1', []],
  ['uses: a/b@v1\0', []],
  [`uses:${' '.repeat(5000)}a/b@v1`, ['a/b@v1']],
])('reads %j', (text, expected) => {
  expect(named(parseUsedActions(text))).toEqual(expected);
});
