import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, makeVulnerability, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { type SarifDocument, sarifErrors } from '../../test/support/sarif-schema.ts';
import { makePackage } from '../../test/support/view.ts';
import type { Finding } from '../model/finding.ts';
import { findingKinds } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { type Severity, severities } from '../model/severity.ts';
import type { RenderOptions } from './format.ts';
import { sarif, sarifText } from './sarif.ts';

const options: RenderOptions = { width: 80, colour: false };

function render(reports: Report | readonly Report[], more: Partial<RenderOptions> = {}): SarifDocument {
  const text = sarif.render([reports].flat(), { ...options, ...more });
  expect(sarifErrors(text)).toEqual([]);
  return JSON.parse(text);
}

const runOf = (findings: readonly Finding[], more: Partial<RenderOptions> = {}) =>
  render(makeReport({ findings }), more).runs[0]!;

const openssl = makeVulnerability('CVE-2024-0001', 'openssl', '3.0.11');

describe('the SARIF format', () => {
  it('has a result, a rule and a place for a finding of every kind', () => {
    const { tool, results } = runOf(oneOfEachKind);

    expect(results).toHaveLength(findingKinds.length);
    expect(tool.driver.rules).toHaveLength(findingKinds.length);
    expect(results.map(({ properties }) => properties['kind'])).toEqual(findingKinds);
    expect(results[0]).toEqual({
      ruleId: 'CVE-2024-0001',
      ruleIndex: 0,
      level: 'warning',
      message: {
        text: [
          'openssl 3.0.11 is affected by CVE-2024-0001 (medium), fixed in 3.0.12.',
          'Title of CVE-2024-0001',
          'Evidence of CVE-2024-0001',
          'Remedy of vulnerability',
          'Exploitation: known (CISA KEV), EPSS 50 %.',
          'Layer 1: COPY . /app',
          'Hidden by layer 2, but still in the image.',
        ].join('\n'),
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'app/vulnerability' },
            region: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 1 },
          },
          logicalLocations: [{ name: 'openssl', fullyQualifiedName: 'pkg:deb/debian/openssl@3.0.11', kind: 'package' }],
          message: { text: 'Layer 1: COPY . /app' },
        },
      ],
      partialFingerprints: {
        'drydockFinding/v1': expect.stringMatching(/^[0-9a-f]{32}:1$/),
        primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{32}:1$/),
      },
      properties: {
        kind: 'vulnerability',
        severity: 'medium',
        confidence: 'certain',
        from: 'own',
        package: 'openssl',
        version: '3.0.11',
        purl: 'pkg:deb/debian/openssl@3.0.11',
        fixedVersion: '3.0.12',
        upgradeTo: '3.0.13',
        state: 'fixed',
        layer: 1,
        layerDiffId: `sha256:${'b'.repeat(64)}`,
        offset: 7,
        inUse: true,
        kev: true,
        epss: 0.5,
      },
    });
  });

  it('has rules with everything that code hosts read', () => {
    const [rule] = runOf(oneOfEachKind).tool.driver.rules;

    expect(rule).toEqual({
      id: 'CVE-2024-0001',
      name: 'Vulnerability',
      shortDescription: { text: 'Title of CVE-2024-0001' },
      fullDescription: { text: 'Title of CVE-2024-0001. Also known as GHSA-1. Severity medium, says tracker.' },
      helpUri: 'https://advisories.example/1',
      help: {
        text: [
          'Title of CVE-2024-0001',
          'Severity: medium (tracker)',
          'CVSS 3.1: 7.5 V (nvd)',
          'Exploitation: known (CISA KEV), EPSS 50 %',
          'Also known as: GHSA-1',
          'Related: DSA-1-1',
          'Packages: openssl 3.0.11 (fixed in 3.0.12)',
          'What to do: Remedy of vulnerability',
          'Source: tracker https://advisories.example/1',
        ].join('\n'),
        markdown: expect.stringContaining('| Source | [tracker](<https://advisories.example/1>) |'),
      },
      defaultConfiguration: { level: 'warning' },
      properties: {
        tags: ['security', 'vulnerability', 'medium', 'exploited'],
        precision: 'very-high',
        'security-severity': '6.9',
      },
    });
  });

  it.each<[Severity, number | undefined, string, string | undefined]>([
    ['critical', 9.8, 'error', '9.8'],
    ['critical', 7.1, 'error', '9.0'],
    ['critical', undefined, 'error', '9.5'],
    ['high', 9.8, 'error', '8.9'],
    ['high', 7.5, 'error', '7.5'],
    ['medium', 9.8, 'warning', '6.9'],
    ['medium', undefined, 'warning', '5.5'],
    ['low', 0, 'note', '0.1'],
    ['low', 2.1, 'note', '2.1'],
    ['negligible', 7.5, 'note', '0.1'],
    ['unknown', 7.5, 'warning', undefined],
  ])('shows %s with the score %s as %s, %s', (severity, score, level, number) => {
    const cvss = score === undefined ? [] : [{ version: '3.1', vector: 'V', score, source: 'nvd' }];
    const { tool, results } = runOf([{ ...openssl, severity, score: { cvss } }]);

    expect(results[0]!.level).toBe(level);
    expect(tool.driver.rules[0]!.defaultConfiguration.level).toBe(level);
    expect(tool.driver.rules[0]!.properties['security-severity']).toBe(number);
  });

  it('has one rule for what several packages have, as grave as the gravest', () => {
    const { tool, results } = runOf([
      { ...makeVulnerability('CVE-2024-0001', 'bash', '5.2'), severity: 'low', confidence: 'low' },
      { ...openssl, severity: 'critical', confidence: 'high' },
    ]);

    expect(results.map(({ level }) => level)).toEqual(['error', 'note']);
    expect(tool.driver.rules).toMatchObject([{ properties: { precision: 'high', 'security-severity': '9.5' } }]);
    expect(tool.driver.rules[0]!.help.text).toContain('Packages: openssl 3.0.11, bash 5.2');
  });

  it.each<[string, string, string]>([
    ['a plain path', 'app/a.txt', 'app/a.txt'],
    ['a member of archives', 'app/a.jar!/lib/b c.jar', 'app/a.jar!/lib/b%20c.jar'],
    ['what would be a scheme', 'javascript:alert(1)', 'javascript%3Aalert(1)'],
    ['what would be a host', '//evil.example/x', 'evil.example/x'],
    ['what would climb', '../../etc/passwd', 'etc/passwd'],
    ['a query, a fragment, a percent sign', 'a?b#c%41', 'a%3Fb%23c%2541'],
    ['other scripts', 'ünï/文件', '%C3%BCn%C3%AF/%E6%96%87%E4%BB%B6'],
    ['half a character', 'a\ud800b', 'a%EF%BF%BDb'],
    ['a backslash', 'a\\b', 'a%5Cb'],
    ['the root, which stands for the image', '', 'library/example'],
  ])('encodes %s', (_, path, uri) => {
    const [result] = runOf([makeFinding('some-rule', { kind: 'evasion', location: { path } })]).results;

    expect(result!.locations[0]!.physicalLocation.artifactLocation.uri).toBe(uri);
  });

  it.each<[string, Partial<Finding>, string]>([
    [
      'its package',
      { package: { name: 'bash', version: '5.2', purl: 'pkg:deb/debian/bash@5.2' } },
      'var/lib/dpkg/status',
    ],
    ['nothing', {}, 'library/example'],
  ])('places a finding without a place at that of %s', (_, more, uri) => {
    const [result] = runOf([makeFinding('CVE-1', more)]).results;

    expect(result!.locations[0]!.physicalLocation.artifactLocation.uri).toBe(uri);
  });

  it('names a file for an image that no registry knows', () => {
    const report = makeReport({ findings: [makeFinding('CVE-1')], view: { image: { reference: 'build/my app.tar' } } });
    const run = render(report).runs[0]!;

    expect(run.results[0]!.locations[0]!.physicalLocation.artifactLocation.uri).toBe('my%20app.tar');
    expect(run.properties).toMatchObject({ imageName: 'build/my app.tar', repoTags: [], repoDigests: [] });
  });

  it('tells of the image what Trivy tells', () => {
    const digest = `sha256:${'d'.repeat(64)}`;

    expect(render(makeReport({ view: { image: { id: 'sha256:1' } } })).runs[0]!.properties).toEqual({
      imageName: 'example:1',
      repoTags: ['docker.io/library/example:1'],
      repoDigests: [`docker.io/library/example@${digest}`],
      imageID: 'sha256:1',
      imageDigest: digest,
      platform: 'linux/amd64',
      distribution: 'debian 12',
      complete: true,
    });
  });

  it.each([undefined, '', ' '])('says that no instruction is recorded: %j', (instruction) => {
    const layer = { index: 0, ...(instruction !== undefined && { instruction }) };
    const [result] = runOf([makeFinding('CVE-1', { layer })]).results;

    expect(result!.message.text).toContain('\nLayer 0: (no instruction recorded)');
  });

  it('names further places, and no more than code hosts keep', () => {
    const locations = Array.from({ length: 300 }, (_, index) => ({ path: `srv/${index}/a.jar`, layer: 1 }));
    const [result] = runOf([{ ...openssl, location: { path: 'srv/0/a.jar' }, locations }]).results;

    expect(result!.relatedLocations).toHaveLength(99);
    expect(result!.relatedLocations![0]).toMatchObject({
      id: 1,
      physicalLocation: { artifactLocation: { uri: 'srv/1/a.jar' } },
      message: { text: 'Layer 1: COPY . /app' },
    });
    expect(result!.message.text).toContain('It stands in 300 places.');
  });

  it.each([...severities])('sorts nothing anew, and is the same each time: %s', (severity) => {
    const report = makeReport({ findings: oneOfEachKind.map((finding) => ({ ...finding, severity })) });
    const text = sarif.render([report], options);

    expect(sarif.render([structuredClone(report)], options)).toBe(text);
  });
});

describe('accepted findings', () => {
  const suppressed = { by: 'policy:p.yaml:3', reason: 'not [reached](x)', expires: '2026-12-31', owner: 'team' };
  const findings = [openssl, { ...makeVulnerability('CVE-2024-0002', 'bash', '5.2'), suppressed }];

  it('are left out, which a notification says: GitHub shows them as open', () => {
    const { results, invocations } = runOf(findings);

    expect(results.map(({ ruleId }) => ruleId)).toEqual(['CVE-2024-0001']);
    expect(results[0]).not.toHaveProperty('suppressions');
    expect(invocations[0].toolExecutionNotifications).toMatchObject([
      { level: 'note', message: { text: '1 accepted finding is left out: --show-suppressed adds what is accepted.' } },
    ]);
  });

  it('are marked where they are asked for', () => {
    const { results } = runOf(findings, { showSuppressed: true });

    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      [],
      [
        {
          kind: 'external',
          status: 'accepted',
          justification: 'not [reached] (x)',
          properties: { by: 'policy:p.yaml:3', expires: '2026-12-31', owner: 'team' },
        },
      ],
    ]);
  });
});

describe('a baseline', () => {
  it('is told of every result', () => {
    const { results } = runOf(
      (['new', 'graver', 'known'] as const).map((baseline, index) => ({
        ...makeVulnerability(`CVE-2024-000${index}`, 'bash', '5.2'),
        baseline,
      })),
    );

    expect(results.map(({ baselineState }) => baselineState)).toEqual(['new', 'updated', 'unchanged']);
  });
});

describe('fingerprints', () => {
  const fingerprintsOf = (findings: readonly Finding[], more: Partial<Report['image']> = {}) => {
    const report = makeReport({ findings });
    return render({ ...report, image: { ...report.image, ...more } }).runs[0]!.results.map(
      ({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash'],
    );
  };
  const lodash = (version: string, path: string, more: Partial<Finding> = {}) =>
    makeFinding('CVE-2024-0003', {
      package: { name: 'lodash', version, purl: `pkg:npm/lodash@${version}` },
      location: { path },
      ...more,
    });
  const base = fingerprintsOf([lodash('4.17.1', 'app/node_modules/lodash/package.json')]);

  it.each<[string, readonly Finding[], Partial<Report['image']>?]>([
    ['another version of the package', [lodash('4.17.2', 'app/node_modules/lodash/package.json')]],
    ['another folder', [lodash('4.17.1', 'srv/node_modules/lodash/package.json')]],
    ['another layer', [lodash('4.17.1', 'a', { layer: { index: 2, instruction: 'RUN x' } })]],
    ['another severity, title and fix', [lodash('4.17.1', 'a', { severity: 'low', title: 'x', fixedVersion: '5' })]],
    ['another image', [lodash('4.17.1', 'a')], { reference: 'other:2', digest: 'sha256:2' }],
  ])('stay with %s', (_, findings, image) => {
    expect(fingerprintsOf(findings, image)).toEqual(base);
  });

  it('are known to tools that kept them: this must not change', () => {
    expect(base).toEqual(['800f6489072dde30558efd1d7f876473:1']);
  });

  it.each<[string, Finding]>([
    ['another vulnerability', { ...lodash('4.17.1', 'a'), id: 'CVE-2024-0004' }],
    ['another package', { ...lodash('4.17.1', 'a'), package: { name: 'x', version: '1', purl: 'pkg:npm/x@1' } }],
    [
      'another namespace',
      { ...lodash('4.17.1', 'a'), package: { name: 'x', version: '1', purl: 'pkg:npm/%40x/lodash@1' } },
    ],
    ['another kind', { ...lodash('4.17.1', 'a'), kind: 'malware' }],
  ])('differ with %s', (_, finding) => {
    expect(fingerprintsOf([finding])).not.toEqual(base);
  });

  it('number what is alike', () => {
    const two = fingerprintsOf([lodash('4.17.1', 'a'), lodash('4.17.2', 'b')]);

    expect(two).toEqual([base[0], base[0]!.replace(/1$/, '2')]);
  });

  it('of files are those of their names', () => {
    const inFile = (path: string) => [
      makeFinding('some-rule', { kind: 'secret', location: { path, line: path.length } }),
    ];

    expect(fingerprintsOf(inFile('app/config.js'))).toEqual(fingerprintsOf(inFile('srv/new/config.js')));
    expect(fingerprintsOf(inFile('app/config.js'))).not.toEqual(fingerprintsOf(inFile('app/other.js')));
  });
});

describe('what went wrong', () => {
  it('stands in notifications, each with its description', () => {
    const { tool, invocations } = render(makeReport({ problems: someProblems })).runs[0]!;

    expect(invocations).toEqual([
      {
        executionSuccessful: true,
        endTimeUtc: '2026-08-21T12:00:00Z',
        toolExecutionNotifications: [
          {
            descriptor: { id: 'file.format', index: 0 },
            level: 'warning',
            message: { text: 'The file is no valid JSON. (layer 1, app/package.json)' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'app/package.json' },
                  region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
                },
              },
            ],
          },
          {
            descriptor: { id: 'layer.trailing-bytes', index: 1 },
            level: 'note',
            message: { text: '12 bytes follow the end of the layer. (layer 1)' },
          },
        ],
      },
    ]);
    expect(tool.driver.notifications?.map(({ id }) => id)).toEqual(['file.format', 'layer.trailing-bytes']);
  });

  it.each(['advisories.missing', 'layer.truncated', 'scan.timeout'] as const)(
    'is a failure where much may be missing: %s',
    (code) => {
      const { invocations } = render(makeReport({ problems: [{ code, message: 'x' }] })).runs[0]!;

      expect(invocations).toMatchObject([
        { executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] },
      ]);
    },
  );

  it('is counted where there is too much of it', () => {
    const problems = Array.from({ length: 1500 }, (_, index) => ({
      code: 'file.format' as const,
      message: 'x',
      path: `srv/${index}`,
    }));
    const told = render(makeReport({ problems })).runs[0]!.invocations[0].toolExecutionNotifications!;

    expect(told).toHaveLength(1001);
    expect(told.at(-1)).toMatchObject({ message: { text: '500 more problems are not named.' } });
  });

  it('counts what filters left out', () => {
    const { invocations } = render(makeReport(), { hidden: [12] }).runs[0]!;

    expect(invocations[0].toolExecutionNotifications).toMatchObject([
      {
        level: 'note',
        message: { text: '12 further findings are left out: --severity or --ignore-unfixed did not ask for more.' },
      },
    ]);
  });
});

describe('several images', () => {
  const named = (reference: string, platform = 'linux/amd64') =>
    makeReport({ view: { image: { reference, platform } } });
  const categoriesOf = (reports: readonly Report[], more: Partial<RenderOptions> = {}) =>
    render(reports, more).runs.map(({ automationDetails }) => automationDetails?.id);

  it.each<[string, readonly Report[], readonly string[]]>([
    [
      'their repositories',
      [named('a:1'), named('ghcr.io/x/b:2')],
      ['drydock/docker.io/library/a/', 'drydock/ghcr.io/x/b/'],
    ],
    [
      'their platforms',
      [named('a:1', 'linux/amd64'), named('a:1', 'linux/arm64')],
      ['drydock/docker.io/library/a linux/amd64/', 'drydock/docker.io/library/a linux/arm64/'],
    ],
    ['their names', [named('a:1'), named('a:2')], ['drydock/a:1/', 'drydock/a:2/']],
    ['their paths', [named('x/a.tar'), named('y/a.tar')], ['drydock/x/a.tar/', 'drydock/y/a.tar/']],
    ['numbers', [named('a:1'), named('a:1')], ['drydock/a:1 linux/amd64/', 'drydock/a:1 linux/amd64 2/']],
  ])('are runs told apart by %s', (_, reports, categories) => {
    expect(categoriesOf(reports)).toEqual(categories);
  });

  it('are several also where one alone could be read', () => {
    expect(categoriesOf([named('a:1')], { several: true })).toEqual(['drydock/docker.io/library/a/']);
  });

  it('leave the category of one image to whoever uploads it', () => {
    expect(categoriesOf([named('a:1')])).toEqual([undefined]);
  });
});

describe('limits of code hosts', () => {
  it('keep what comes first by priority, and say how many are left out', () => {
    const many = Array.from({ length: 25_010 }, (_, index) =>
      makeVulnerability(`CVE-2024-${100_000 + index}`, 'openssl', '3.0.11', {
        severity: index < 20 ? 'low' : 'high',
        ...(index === 3 && { score: { cvss: [], kev: true } }),
      }),
    );
    // To validate so many rules, which are to be unique, takes a validator minutes.
    const text = sarif.render([makeReport({ findings: many })], options);
    const { results, invocations, tool } = (JSON.parse(text) as SarifDocument).runs[0]!;
    const ids = new Set(results.map(({ ruleId }) => ruleId));

    expect(results).toHaveLength(25_000);
    expect(tool.driver.rules).toHaveLength(25_000);
    expect(ids.has('CVE-2024-100003')).toBe(true);
    expect(ids.has('CVE-2024-125009')).toBe(true);
    expect(results.filter(({ properties }) => properties['severity'] === 'low')).toHaveLength(10);
    expect(invocations[0].toolExecutionNotifications).toMatchObject([
      {
        level: 'warning',
        message: { text: '10 less urgent findings are left out: code hosts take no more.' },
      },
    ]);
  });
});

describe('a file that is too large', () => {
  it.each([30_000, 20_000, 5000, 1])('is made smaller, and says what is left out: %i bytes', (bytes) => {
    const findings = Array.from({ length: 300 }, (_, index) =>
      makeVulnerability(`CVE-2024-${1000 + index}`, 'openssl', '3.0.11', {
        severity: index % 3 === 0 ? 'critical' : 'low',
        evidence: createHash('sha512').update(String(index)).digest('base64').repeat(2),
      }),
    );
    const text = sarifText([makeReport({ findings })], options, { resultsPerRun: 1000, bytes });
    const { results, invocations } = (JSON.parse(text) as SarifDocument).runs[0]!;
    const surplus = findings.length - results.length;

    expect(sarifErrors(text)).toEqual([]);
    if (bytes > 1) expect(gzipSync(text).length).toBeLessThanOrEqual(bytes);
    expect(results.length).toBeGreaterThan(0);
    expect(results.slice(0, 100).every(({ properties }) => properties['severity'] === 'critical')).toBe(true);
    expect(invocations[0].toolExecutionNotifications?.[0]?.message.text).toBe(
      `${surplus} less urgent findings are left out: code hosts take no more.`,
    );
  });

  it('is told of too many images', () => {
    const reports = Array.from({ length: 21 }, (_, index) =>
      makeReport({ view: { image: { reference: `a${index}:1` } } }),
    );
    const told = render(reports).runs.map(
      ({ invocations }) => invocations[0].toolExecutionNotifications?.[0]?.message.text,
    );

    expect(new Set(told)).toEqual(
      new Set(['The file has 21 runs, and GitHub takes no more than 20 of one file: scan fewer images at a time.']),
    );
    expect(render(reports.slice(1)).runs[0]!.invocations[0]).not.toHaveProperty('toolExecutionNotifications');
  });
});

describe('text of the image', () => {
  const hostile =
    '</td><script>alert(1)</script> [click](https://evil.example) {0} | `x` **b** @user www.evil.example \u001b[2J\n# x';
  const findings = [
    makeFinding(hostile, {
      title: `A ${hostile}`,
      evidence: hostile,
      aliases: [hostile],
      remediation: hostile,
      layer: { index: 0, instruction: hostile, diffId: hostile },
      location: { path: hostile },
      source: { name: hostile, url: 'https://advisories.example/<a>|{0}' },
      package: { name: hostile, version: hostile, purl: hostile },
      fixedVersion: hostile,
      score: {
        cvss: [{ version: hostile, vector: hostile, source: hostile }],
        cwes: [hostile],
        severitySource: hostile,
      },
    }),
  ];

  it('is neither markup nor a link nor a placeholder', () => {
    const { help } = runOf(findings).tool.driver.rules[0]!;

    // What has a backslash before it is only a character. What is left is ours: bold, a table, the link to the source.
    const [head, empty, columns, line, ...rows] = help.markdown.replaceAll(/\\[!-~]/g, '').split('\n');
    expect(head).toMatch(/^\*\*[^*]+\*\* [^*]+$/);
    expect([empty, columns, line]).toEqual(['', '| | |', '| --- | --- |']);
    for (const row of rows) expect(row).toMatch(/^\| [^|]+ \| [^|]+ \|$/);
    expect(rows.at(-1)).toContain('](<https://advisories.example/%3Ca%3E%7C%7B0%7D>) |');
    const ours = /^\*\*|(?<! )\*\*|\[(?=[^\]]*\]\(<)|\]\(<https[^<>]*>\)/g;
    expect([head, ...rows].join('\n').replace(ours, '')).not.toMatch(/[<>[\]`*_#@&]/);
    expect(help.markdown).not.toMatch(/www\.|https:\/\/evil/);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'https://', 'x'])('is no address: %s', (url) => {
    const [rule] = runOf([{ ...openssl, source: { name: 'tracker', url } }]).tool.driver.rules;

    expect(rule).not.toHaveProperty('helpUri');
    expect(rule!.help.markdown).not.toContain('](');
  });

  it('is cut where it is long', () => {
    const long = '\ud83d\ude00'.repeat(100_000);
    const { tool, results } = runOf([{ ...openssl, title: long, evidence: long, remediation: long }]);

    expect(tool.driver.rules[0]!.fullDescription.text).toHaveLength(1024);
    expect(results[0]!.message.text.length).toBeLessThan(10_000);
  });
});

it('takes a report in which everything that may be absent is', () => {
  const report = makeReport({ view: { packages: [makePackage('', '')], image: { reference: '' } } });
  const { platform: _, digest: __, distribution: ___, ...image } = report.image;

  expect(render({ ...report, image, tool: { name: 'drydock', version: 'dev' } }).runs[0]!.results).toEqual([]);
});
