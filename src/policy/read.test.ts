import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { readPolicy } from './read.ts';

const now = new Date('2026-08-21T12:00:00Z');
const read = async (text: string) => await readPolicy(text, 'p.yaml', now);
const entry = (...lines: readonly string[]): string =>
  [
    'accept:',
    ...['- reason: x', 'expires: 2026-12-31', ...lines].map((line, i) => (i === 0 ? line : `  ${line}`)),
  ].join('\n');

describe('readPolicy', () => {
  it('reads every criterion, one value or several', async () => {
    const { entries, digest } = await read(`
accept:
  - id: CVE-2024-1
    package: [openssl, "lib*", "pkg:deb/debian/bash@5.2"]
    version: ">= 1.0, < 2.0"
    path: /usr/lib/**
    layer: [0, sha256:${'a'.repeat(64)}]
    kind: vulnerability
    severity: [low, negligible]
    state: will-not-fix
    image: nginx:1.*
    reason: >
      not reachable
      from outside
    expires: 2026-12-31
    owner: team
    justification: vulnerable_code_not_in_execute_path
`);

    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(entries).toEqual([
      {
        line: 3,
        criteria: {
          id: ['CVE-2024-1'],
          package: ['openssl', 'lib*', 'pkg:deb/debian/bash@5.2'],
          version: ['>= 1.0, < 2.0'],
          path: ['/usr/lib/**'],
          layer: ['0', `sha256:${'a'.repeat(64)}`],
          kind: ['vulnerability'],
          severity: ['low', 'negligible'],
          state: ['will-not-fix'],
          image: ['nginx:1.*'],
        },
        reason: 'not reachable from outside',
        expires: '2026-12-31',
        owner: 'team',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ]);
  });

  it('reads the list in a drydock.yaml, whose other keys are options', async () => {
    const { entries } = await read(
      'fail-on: high\nserver:\n  listen: x\npolicy:\n  - id: A\n    reason: x\n    expires: 2026-09-01\n',
    );

    expect(entries.map(({ line }) => line)).toEqual([5]);
  });

  it.each([
    ['nothing', ''],
    ['an empty list', 'accept: []'],
    ['a list that is not there yet', 'version: 1\naccept:\n'],
  ])('accepts nothing by %s', async (_, text) => {
    expect((await read(text)).entries).toEqual([]);
  });

  it.each<[string, string, number, string]>([
    ['no YAML', 'accept: [', 1, 'not YAML'],
    ['a list', '- id: A', 1, 'a list of entries below "accept:" is expected'],
    ['JSON of something else', '{"packages": []}', 1, 'unknown key "packages"'],
    ['no list', 'version: 1', 1, 'below "accept:" is expected'],
    ['another version', 'version: 2\naccept: []', 1, 'version: 1 is the only one'],
    ['a mapping in its place', 'accept:\n  id: A', 2, 'each beginning with "- "'],
    ['an id alone', 'accept:\n  - CVE-2024-1', 2, 'an entry is expected'],
    ['an unknown key', entry('id: A', 'until: 2026-01-01'), 5, 'unknown key "until"; an entry has id, package'],
    ['a key twice', entry('id: A', 'id: B'), 5, 'stands there twice'],
    ['no criterion', entry(), 2, 'the entry says nothing of what it means'],
    ['no reason', 'accept:\n- id: A\n  expires: 2026-12-31', 2, 'no "reason"'],
    [
      'an empty reason',
      'accept:\n- id: A\n  reason: ""\n  expires: 2026-12-31',
      3,
      'reason: a text is expected, nothing',
    ],
    ['no end', 'accept:\n- id: A\n  reason: x', 2, 'no "expires"'],
    [
      'an end that is no day',
      'accept:\n- id: A\n  reason: x\n  expires: never',
      4,
      'a day is expected (2026-12-31), not "never"',
    ],
    ['a day that no month has', 'accept:\n- id: A\n  reason: x\n  expires: 2026-02-30', 4, 'a day is expected'],
    [
      'an end beyond the horizon',
      'accept:\n- id: A\n  reason: x\n  expires: 2027-08-23',
      4,
      '2027-08-22 is the latest day',
    ],
    [
      'an end beyond an own horizon',
      'horizon: 30\naccept:\n- id: A\n  reason: x\n  expires: 2026-12-31',
      5,
      'more than 30 days',
    ],
    ['a horizon that is none', 'horizon: 9999\naccept: []', 1, 'horizon: a number of days'],
    ['another severity', entry('severity: grave'), 4, 'severity: "grave" is not one of'],
    ['another kind', entry('kind: cve'), 4, 'kind: "cve" is not one of'],
    ['another state', entry('state: wontfix'), 4, 'state: "wontfix" is not one of'],
    ['a layer that is none', entry('layer: top'), 4, 'layer: an index'],
    ['a purl that is none', entry('package: "pkg:"'), 4, 'is no package URL'],
    ['bad bounds', entry('version: "< 1, 2"'), 4, 'version: "2" is no bound'],
    ['two versions in a text', entry('version: 1.0 2.0'), 4, 'version: a version, a pattern or bounds'],
    ['another justification', entry('id: A', 'justification: because'), 5, 'justification: "because" is not one of'],
    ['an alias', 'accept:\n- &a\n  id: A\n  reason: x\n  expires: 2026-12-31\n- *a', 6, 'an entry is expected'],
    ['an alias of a value', entry('id: &x A', 'owner: *x'), 5, 'aliases (*name) are not understood'],
    ['an empty list of ids', entry('id: []'), 4, 'id: the list is empty'],
    ['a mapping of ids', entry('id: {a: b}'), 4, 'id: a text is expected, not a mapping'],
  ])('refuses %s with file and line', async (_, text, line, words) => {
    const error = await read(text).catch((one: unknown) => one);

    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ code: 'usage.configuration', message: expect.stringContaining(`p.yaml:${line}: `) });
    expect((error as Error).message).toContain(words);
  });

  it('lets an expired entry stand: it is named where it would have accepted something', async () => {
    expect((await read('accept:\n- id: A\n  reason: x\n  expires: 2020-01-01')).entries).toHaveLength(1);
  });

  it('says words for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const outcome = await read(text).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UsageError);
      }),
    );
  });
});
