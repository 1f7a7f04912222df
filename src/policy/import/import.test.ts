import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyNoRule } from '../../checks/ids-of-others.ts';
import { checks } from '../../checks/index.ts';
import { UsageError } from '../../errors.ts';
import { readPolicy } from '../read.ts';
import { importFile } from './import.ts';
import { writePolicy } from './write-policy.ts';

const whyNot = (tool: string, id: string): string | undefined => whyNoRule(tool, id, checks);
const now = new Date('2026-08-21T12:00:00Z');

/** What a file of another tool becomes: the entries that the policy made of it has, and what is not in it. */
async function taken(file: string, text: string) {
  const imported = await importFile(file, text, whyNot);
  const { text: policy, notes, entries } = writePolicy([imported], now);
  const read = await readPolicy(policy, 'p.yaml', now);
  expect(read.entries).toHaveLength(entries);
  return {
    form: imported.form,
    entries: read.entries.map(({ line: _, reason, expires, justification, criteria }) => ({
      ...criteria,
      reason,
      expires,
      ...(justification !== undefined && { justification }),
    })),
    notes: notes.map(({ line, what, why }) => `${line}: ${what}: ${why}`),
  };
}

const noEnd = 'it has no end; 2026-11-19 was set';

describe('importFile', () => {
  it.each(['.dive-ci', '.dive-ci.yaml', 'limits.yml'])('%s: says where the limits go', async (name) => {
    const text = [
      'rules:',
      '  lowestEfficiency: 0.95',
      '  highestWastedBytes: 20 MB # all',
      '  highestUserWastedPercent: "disabled"',
      '  more: 1',
      'other: 1',
    ].join('\n');
    expect(await taken(name, text)).toEqual({
      form: '.dive-ci',
      entries: [],
      notes: [
        '2: lowestEfficiency: a policy has no limits: write "drydock history IMAGE --lowest-efficiency 0.95", or "lowest-efficiency: 0.95" in drydock.yaml',
        '3: highestWastedBytes: a policy has no limits: write "drydock history IMAGE --highest-wasted-bytes 20MB", or "highest-wasted-bytes: 20MB" in drydock.yaml',
        '4: highestUserWastedPercent: it is off, as here without the option',
        '5: more: it has no counterpart',
        '6: other: it has no counterpart',
      ],
    });
  });

  it('.dive-ci: repeats no limit that is none', async () => {
    const { notes } = await taken('.dive-ci', 'rules:\n  lowestEfficiency: $(rm -rf /)\n');
    expect(notes).toEqual([expect.stringContaining('--lowest-efficiency LIMIT"')]);
  });

  it('.trivyignore', async () => {
    const text = [
      '# Accepted: not reachable',
      '# from outside',
      'CVE-2024-1 exp:2026-10-01',
      '',
      '# a remark on nothing',
      '',
      'CVE-2024-2 # inline',
      'AVD-DS-0002',
      'CVE-2024-3 exp:soon',
      'CVE-2024-4 exp:2030-01-01',
      '§',
      'ds031 exp:2026-10-01 # read at build time',
      'DS-0006',
      'AVD-AWS-0088',
    ].join('\r\n');

    expect(await taken('.trivyignore', text)).toEqual({
      form: '.trivyignore',
      entries: [
        { id: ['CVE-2024-1'], reason: 'Accepted: not reachable from outside', expires: '2026-10-01' },
        { id: ['CVE-2024-2'], reason: 'inline', expires: '2026-11-19' },
        {
          id: ['AVD-DS-0002'],
          kind: ['configuration', 'history', 'persistence'],
          reason: 'imported from .trivyignore, line 8, which gives no reason',
          expires: '2026-11-19',
        },
        {
          id: ['CVE-2024-4'],
          reason: 'imported from .trivyignore, line 10, which gives no reason',
          expires: '2027-08-22',
        },
        {
          id: ['ds031'],
          kind: ['configuration', 'history', 'persistence'],
          reason: 'read at build time',
          expires: '2026-10-01',
        },
      ],
      notes: [
        '9: CVE-2024-3 exp:soon: soon is no day',
        '11: §: it is no id',
        '13: DS-0006: Stages and their names are in no history: only the build file can tell.',
        '14: AVD-AWS-0088: no rule here asks that',
        `7: CVE-2024-2: ${noEnd}`,
        `8: AVD-DS-0002: ${noEnd}`,
        '10: CVE-2024-4: it ends on 2030-01-01; 2027-08-22 was set, since nothing is accepted for longer than a year',
      ],
    });
  });

  it('.trivyignore.yaml', async () => {
    const text = `
vulnerabilities:
  - id: CVE-2022-40897
    paths:
      - usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA
    statement: Accept the risk
  - id: CVE-2023-2650
    purls: ["pkg:apk/alpine/libssl3@3.1.0-r4"]
    expired_at: 2026-09-01
  - paths: [x]
misconfigurations:
  - id: AVD-DS-0001
    paths: [Dockerfile]
  - id: AVD-DS-0002
    statement: it is a base image
  - id: AVD-KSV-0001
secrets:
  - id: aws-access-key-id
  - id: generic-unknown-secret
  - id: npm-access-token
licenses:
  - id: GPL-3.0
`;

    const { form, entries, notes } = await taken('.trivyignore.yaml', text);

    expect(form).toBe('.trivyignore.yaml');
    expect(entries).toMatchObject([
      {
        id: ['CVE-2022-40897'],
        kind: ['vulnerability'],
        path: [expect.stringContaining('METADATA')],
        reason: 'Accept the risk',
      },
      { id: ['CVE-2023-2650'], package: ['pkg:apk/alpine/libssl3@3.1.0-r4'], expires: '2026-09-01' },
      { id: ['AVD-DS-0002'], kind: ['configuration', 'history', 'persistence'], reason: 'it is a base image' },
      { id: ['aws-access-key-id'], kind: ['secret'] },
      { id: ['npm-access-token'], kind: ['secret'] },
    ]);
    expect(notes.filter((note) => !note.endsWith(noEnd))).toEqual([
      '10: vulnerabilities: the entry has no id',
      '12: AVD-DS-0001: it is for one build file; an image does not tell which one it was made from',
      '16: AVD-KSV-0001: no rule here asks that',
      '19: generic-unknown-secret: no rule for secrets has that name here',
      '21: licenses: "licences" of a policy has exceptions for them',
    ]);
  });

  it('.grype.yaml', async () => {
    const text = `
fail-on-severity: high
ignore:
  - vulnerability: CVE-2008-4318
    reason: not used
    fix-state: wont-fix
    package:
      name: libcurl
      version: 1.5.1
      type: deb
      location: "/usr/local/lib/node_modules/**"
  - package:
      name: ".*-headers"
  - vulnerability: CVE-2024-1
    namespace: debian:distro:debian:12
  - vex-status: not_affected
    vex-justification: vulnerable_code_not_present
  - package: {name: "kernel-*"}
  - package: {name: x, type: gem}
  - fix-state: perhaps
  - {}
  - package: {name: y, version: "< 2"}
`;

    const { form, entries, notes } = await taken('.grype.yaml', text);

    expect(form).toBe('.grype.yaml');
    expect(entries).toEqual([
      {
        id: ['CVE-2008-4318'],
        package: ['pkg:deb/*/libcurl@**'],
        version: ['1.5.1'],
        path: ['usr/local/lib/node_modules/**'],
        kind: ['vulnerability'],
        state: ['will-not-fix', 'end-of-life'],
        reason: 'not used',
        expires: '2026-11-19',
      },
      {
        package: ['kernel-*'],
        kind: ['vulnerability'],
        reason: 'imported from .grype.yaml, line 18, which gives no reason',
        expires: '2026-11-19',
      },
    ]);
    expect(notes.filter((note) => !note.endsWith(noEnd))).toEqual([
      '2: fail-on-severity: it has no counterpart',
      '12: ignore: package: name: .*-headers: it is a regular expression; names and patterns (*) are understood',
      '15: ignore: namespace: it cannot be said here, and without it the entry would accept more',
      '16: ignore: vex-status: it cannot be said here, and without it the entry would accept more',
      '19: ignore: package: type: gem: packages of that type are not looked for yet',
      '20: ignore: fix-state: perhaps: no such state is known',
      '21: ignore: it says nothing of what it means',
      '22: ignore: package: version: < 2: it is no single version',
    ]);
  });

  it('.snyk', async () => {
    const text = `
version: v1.25.0
ignore:
  SNYK-JS-LODASH-567746:
    - '*':
        reason: No fix
        expires: 2026-12-01T00:00:00.000Z
        created: 2024-01-01T00:00:00.000Z
  CVE-2024-1:
    - 'express > qs':
        reason: x
  CVE-2024-2:
    - '*': {}
  CVE-2024-3: []
patch: {}
`;

    const { form, entries, notes } = await taken('.snyk', text);

    expect(form).toBe('.snyk');
    expect(entries).toMatchObject([
      { id: ['SNYK-JS-LODASH-567746'], reason: 'No fix', expires: '2026-12-01' },
      { id: ['CVE-2024-2'], expires: '2026-11-19' },
    ]);
    expect(notes.map((note) => note.slice(0, 50))).toEqual([
      '15: patch: it has no counterpart',
      '5: SNYK-JS-LODASH-567746: taken over, but ids of S',
      '10: CVE-2024-1: express > qs: it is for one path o',
      '14: CVE-2024-3: nothing stands below it',
      expect.stringMatching(/^13: CVE-2024-2: it has no end/),
    ]);
  });

  it('osv-scanner.toml', async () => {
    const text = `
GoVersionOverride = "1.20.0"
[[IgnoredVulns]]
id = "GO-2022-0968"
ignoreUntil = 2026-11-09
reason = "No ssh servers are connected to or hosted in Go lang"
[[IgnoredVulns]]
reason = "no id"
[[PackageOverrides]]
name = "lib"
version = "1.0.0"
ecosystem = "Debian:12"
vulnerability.ignore = true
effectiveUntil = 2026-11-09T00:00:00Z
reason = "abc"
[[PackageOverrides]]
name = "other"
license.override = ["MIT"]
[[PackageOverrides]]
ecosystem = "npm"
ignore = true
[[PackageOverrides]]
name = "x"
ecosystem = "Hackage"
ignore = true
[[PackageOverrides]]
name = "y"
group = "dev"
ignore = true
`;

    expect(await taken('osv-scanner.toml', text)).toEqual({
      form: 'osv-scanner.toml',
      entries: [
        { id: ['GO-2022-0968'], reason: 'No ssh servers are connected to or hosted in Go lang', expires: '2026-11-09' },
        {
          package: ['pkg:deb/debian/lib'],
          version: ['1.0.0'],
          kind: ['vulnerability'],
          reason: 'abc',
          expires: '2026-11-09',
        },
      ],
      notes: [
        '1: GoVersionOverride: it has no counterpart',
        '7: IgnoredVulns: it has no id',
        '16: PackageOverrides other: "licences" of a policy has exceptions for them',
        '19: PackageOverrides: an entry for everything would accept too much',
        '22: PackageOverrides x: the ecosystem hackage is not known here',
        '26: PackageOverrides y: groups of dependencies are not known',
      ],
    });
  });

  it('a whitelist of clair-scanner', async () => {
    const text = `
generalwhitelist: #Approve CVE for any image
  CVE-2017-6055: XML
  CVE-2017-5586: OpenText
images:
  ubuntu: #Apprive CVE only for ubuntu image, regardles of the version
    CVE-2017-5230: Java
  alpine:
    CVE-2017-3261: SE
`;

    const { form, entries } = await taken('example-whitelist.yaml', text);

    expect(form).toBe('whitelist');
    expect(entries.map(({ id, image, reason }) => [id, image, reason])).toEqual([
      [['CVE-2017-6055'], undefined, 'XML'],
      [['CVE-2017-5586'], undefined, 'OpenText'],
      [['CVE-2017-5230'], ['ubuntu'], 'Java'],
      [['CVE-2017-3261'], ['alpine'], 'SE'],
    ]);
  });

  it('a whitelist of klar', async () => {
    const { entries } = await taken(
      'whitelist.yml',
      'general:\n- CVE-2017-1\nimages:\n  yourorg/yourimage:\n  - CVE-2017-2\n',
    );

    expect(entries.map(({ id, image }) => [id, image])).toEqual([
      [['CVE-2017-1'], undefined],
      [['CVE-2017-2'], ['yourorg/yourimage']],
    ]);
  });

  it('.dockleignore', async () => {
    const text = '# set root\nCIS-DI-0001\ndkl-di-0006 # tag\nCIS-DI-0005\nDKL-DI-9999\nx y\n';
    const { entries, notes } = await taken('.dockleignore', text);

    expect(entries.map(({ id, kind }) => [id, kind])).toEqual([
      [['CIS-DI-0001'], ['configuration', 'history', 'persistence']],
      [['DKL-DI-0006'], ['configuration', 'history', 'persistence']],
    ]);
    expect(notes.filter((note) => !note.endsWith(noEnd))).toEqual([
      expect.stringMatching(/^4: CIS-DI-0005: Content trust is switched on for the client/),
      '5: DKL-DI-9999: no rule here asks that',
      '6: x: it is no id of a check',
    ]);
  });

  it('.hadolint.yaml', async () => {
    const text = `
failure-threshold: warning
ignored:
  - DL3008
  - dl3059 # layers are cached
  - SC2086
  - DL3022
  - DL9999
  - [DL3002]
trustedRegistries: [docker.io]
`;

    const { form, entries, notes } = await taken('config.yaml', text);

    expect(form).toBe('.hadolint.yaml');
    expect(entries.map(({ id, kind }) => [id, kind])).toEqual([
      [['DL3008'], ['configuration', 'history', 'persistence']],
      [['dl3059'], ['configuration', 'history', 'persistence']],
    ]);
    expect(notes.filter((note) => !note.endsWith(noEnd)).map((note) => note.slice(0, 45))).toEqual(
      [
        '2: failure-threshold: it has no counterpart',
        '10: trustedRegistries: it has no counterpart',
        '6: SC2086: ShellCheck is not run; what matters',
        '7: DL3022: Stages and their names are in no h',
        '8: DL9999: no rule here asks that',
        '9: ignored: it is no id',
      ].map((note) => note.slice(0, 45)),
    );
    expect((await taken('.hadolint.yml', 'ignored: []')).entries).toEqual([]);
  });

  it.each([
    ['bad YAML', 'w.yaml', 'a: [', 'w.yaml:1: not YAML'],
    ['a list', 'w.yaml', '- CVE-1', 'w.yaml:1: not one of .trivyignore'],
    ['another file', 'w.yaml', 'services:\n  a: b', 'w.yaml:1: not one of .trivyignore'],
    ['nothing', 'w.yaml', '', 'w.yaml:1: not one of'],
    ['bad TOML', 'x.toml', 'a = 1\nb: 2', 'x.toml:2: not TOML: illegal character in key'],
  ])('refuses %s with file and line', async (_, file, text, words) => {
    const error = await importFile(file, text, whyNot).catch((one: unknown) => one);

    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(words);
  });

  it('writes a policy that can be read, whatever stands in the file', async () => {
    const word = fc.string({ unit: 'binary', maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: word, statement: word, purls: fc.array(word, { maxLength: 2 }) })),
        async (list) => {
          const imported = await importFile(
            '.trivyignore.yaml',
            JSON.stringify({ vulnerabilities: list }),
            whyNot,
          ).catch(() => undefined);
          if (imported === undefined) return;
          const { text } = writePolicy([imported], now);
          await expect(readPolicy(text, 'p.yaml', now)).resolves.toBeDefined();
        },
      ),
      { numRuns: 60 },
    );
  });
});
