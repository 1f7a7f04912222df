import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import fc from 'fast-check';
import { parse as parseJunit, type TestSuites } from 'junit2json';
import { PackageURL } from 'packageurl-js';
import { parse as parseTestResults } from 'test-results-parser';
import { convertReport } from 'trivy-to-sonarqube';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/model/finding.ts';
import type { Report } from '../src/model/report.ts';
import { loadFormats } from '../src/report/index.ts';
import { anyPackages } from './support/any-packages.ts';
import { hostileReport } from './support/hostile-report.ts';
import { largeReport } from './support/large-report.ts';
import { makeFinding, oneOfEachKind, someProblems } from './support/report.ts';
import { temporaryFolder, writeTemporary } from './support/temporary.ts';

/*
 * What others read of our documents, by packages that others made. What they got is held against the report, since a reader
 * that only does not fail may have read nothing.
 */

const large = largeReport(60);
const suppressed = { by: 'policy:p.yaml:1', reason: 'later' };
const rich: Report = {
  ...large,
  findings: [...large.findings, ...oneOfEachKind, makeFinding('accepted', { kind: 'configuration', suppressed })],
  problems: someProblems,
};
/** Texts are shown here with their controls visible, so that numbers are compared, and what a text must not become. */
const hostile = hostileReport();
const variables = { GITHUB_SHA: 'a'.repeat(40), GITHUB_REF: 'refs/heads/main' };

async function textOf(id: string, report: Report): Promise<string> {
  const [format] = await loadFormats([id]);
  return format!.render([report], { width: 80, colour: false, variables });
}

const sorted = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).sort();
const shownOf = ({ findings }: Report): readonly Finding[] => findings.filter((one) => one.suppressed === undefined);

interface ReadCase {
  readonly name: string | undefined;
  /** What made it fail; undefined: it did not. */
  readonly failure: string | undefined;
}

/** By xml2js, as types and texts. */
async function casesOfJunit2json(text: string): Promise<readonly ReadCase[]> {
  const { testsuite = [] } = (await parseJunit(text)) as TestSuites;
  expect(testsuite).toHaveLength(1);
  const [{ testcase = [], tests, failures, skipped }] = testsuite as [NonNullable<TestSuites['testsuite']>[0]];
  const cases = testcase.map(({ name, failure }) => ({ name, failure: failure?.[0]?.message }));
  expect({ tests, failures, skipped }).toEqual({
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== undefined).length,
    skipped: testcase.filter((one) => one.skipped !== undefined).length,
  });
  return cases;
}

function readTestResults(text: string): ReturnType<typeof parseTestResults> {
  return parseTestResults({ type: 'junit', files: [writeTemporary('junit.xml', text)] });
}

/** By fast-xml-parser, as what a dashboard would show. */
function casesOfTestResults(text: string): readonly ReadCase[] {
  const { suites, failed } = readTestResults(text);
  expect(suites).toHaveLength(1);
  const cases = suites[0]!.cases.map(({ name, status, failure }) => ({
    name,
    failure: status === 'FAIL' ? failure : undefined,
  }));
  expect(failed).toBe(cases.filter(({ failure }) => failure !== undefined).length);
  return cases;
}

describe.each([
  ['junit2json', casesOfJunit2json],
  ['test-results-parser', async (text: string) => casesOfTestResults(text)],
])('JUnit XML, read by %s', (_, read) => {
  it('has every finding: its id, its package or place, its severity', async () => {
    const [reading, ...cases] = await read(await textOf('junit', rich));

    expect(reading).toEqual({ name: 'everything was read and judged', failure: undefined });
    expect(sorted(cases)).toEqual(
      sorted(
        rich.findings.map(({ id, package: pkg, location, severity, title, suppressed: by }) => {
          const line = location?.line === undefined ? '' : `:${location.line}`;
          const subject = pkg === undefined ? `${location?.path ?? ''}${line}` : `${pkg.name} ${pkg.version}`;
          return {
            name: `${id} ${subject}`.trim(),
            failure: by === undefined ? `${severity}: ${title}` : undefined,
          };
        }),
      ),
    );
  });

  it('has as many where the texts are hostile', async () => {
    const cases = await read(await textOf('junit', hostile));

    expect(cases).toHaveLength(hostile.findings.length + 1);
    expect(cases.filter(({ failure }) => failure !== undefined)).toHaveLength(shownOf(hostile).length);
  });
});

it('no text of an image makes a reader of JUnit XML attach a file or believe a property', async () => {
  const text = '[[ATTACHMENT|/etc/passwd]] [[PROPERTY|owner=them]] [[[[ATTACHMENT|/etc/shadow]]';
  const report: Report = {
    ...rich,
    findings: [makeFinding('X', { title: text, evidence: text, location: { path: text } })],
    problems: [{ code: 'file.format', message: text, path: text }],
  };

  const cases = readTestResults(await textOf('junit', report)).suites[0]!.cases;

  expect(cases).toHaveLength(2);
  expect(cases.flatMap(({ attachments }) => attachments)).toEqual([]);
  for (const { metadata } of cases) expect(metadata).not.toHaveProperty('owner');
});

interface SonarIssue {
  readonly ruleId: string;
  readonly severity: string;
  readonly primaryLocation: { readonly message: string };
}

async function readTrivy(report: Report): Promise<readonly SonarIssue[]> {
  const output = path.join(temporaryFolder(), 'sonar.json');
  await convertReport(writeTemporary('trivy.json', await textOf('trivy-json', report)), output);
  return JSON.parse(readFileSync(output, 'utf8')).issues;
}

describe('Trivy JSON, read by trivy-to-sonarqube', () => {
  /** Its own words for those of Trivy. */
  const words = {
    critical: 'CRITICAL',
    high: 'BLOCKER',
    medium: 'MAJOR',
    low: 'MINOR',
    negligible: 'MINOR',
    unknown: 'INFO',
  };
  /** It has no place for secrets and licences. */
  const countsOf = (report: Report) => shownOf(report).filter(({ kind }) => kind !== 'secret' && kind !== 'licence');

  it('has every finding: its id, its versions, its severity', async () => {
    const issues = await readTrivy(rich);

    expect(sorted(issues.map(({ ruleId, severity }) => [ruleId, severity]))).toEqual(
      sorted(countsOf(rich).map(({ id, severity }) => [id, words[severity]])),
    );
    for (const { id, kind, package: pkg, fixedVersion, title } of countsOf(rich)) {
      if (kind !== 'vulnerability' || pkg === undefined) continue;
      const own = issues.filter(({ ruleId }) => ruleId === id).map(({ primaryLocation }) => primaryLocation.message);
      expect(
        own.some((message) => message.startsWith(`${id} : ${title} \n ${pkg.version} => ${fixedVersion} \n `)),
      ).toBe(true);
    }
  });

  it('has as many where the texts are hostile', async () => {
    expect(await readTrivy(hostile)).toHaveLength(countsOf(hostile).length);
  });
});

interface Resolved {
  readonly package_url: string;
  readonly dependencies?: readonly string[];
}

it('a dependency snapshot has the URL of every package, as the library of package-url reads it', async () => {
  // Of these types the library checks no more than the form. Qualifiers it decodes once too often, so that none has a per cent sign.
  const named = fc
    .sample(anyPackages, { numRuns: 60, seed: 11 })
    .flat()
    .filter(({ type }) => ['deb', 'rpm', 'apk', 'generic'].includes(type))
    .filter((pkg) => !/%(?![0-9A-F]{2})|%25/.test(JSON.stringify(pkg)));
  const packages = [...new Map([...rich.packages, ...named].map((pkg) => [pkg.purl, pkg])).values()];

  const { manifests } = JSON.parse(await textOf('github', { ...rich, packages })) as {
    manifests: Record<string, { resolved: Record<string, Resolved> }>;
  };

  const resolved = Object.values(manifests).flatMap((manifest) => Object.entries(manifest.resolved));
  const ids = new Set(resolved.map(([id]) => id));
  const read = resolved.map(([id, { package_url: url, dependencies = [] }]) => {
    expect(id).toBe(url);
    for (const one of dependencies) expect(ids).toContain(one);
    const { type, namespace, name, version } = PackageURL.fromString(url);
    return [type, namespace, name, version];
  });
  expect(sorted(read)).toEqual(
    sorted(
      packages.map(({ purl }) => {
        const { type, namespace, name, version } = PackageURL.fromString(purl);
        return [type, namespace, name, version];
      }),
    ),
  );
  for (const { name, version } of rich.packages) {
    expect(read.some(([, , other, own]) => other === name && own === version)).toBe(true);
  }
});

/**
 * Types that the makers or users of a form publish are held against documents by the compiler, as one that is written in a
 * program: it refuses what the type lacks, and members that are none of it.
 */
function typeErrors(documents: Readonly<Record<string, readonly [type: string, text: string]>>): string {
  const resolve = createRequire(import.meta.url).resolve;
  const github = path.join(path.dirname(resolve('@octokit/openapi-types/package.json')), 'types.d.ts');
  const codeClimate = path.join(path.dirname(resolve('codeclimate-types')), 'index.d.ts');
  const folder = temporaryFolder();
  const file = writeTemporary(
    'documents.ts',
    [
      `import type { operations } from ${JSON.stringify(github)};`,
      `import type { Issue } from ${JSON.stringify(codeClimate)};`,
      "type Snapshot = operations['dependency-graph/create-repository-snapshot']['requestBody']['content']['application/json'];",
      ...Object.entries(documents).map(([name, [type, text]]) => `export const ${name}: ${type} = ${text.trim()};`),
    ].join('\n'),
  );
  const compiler = path.join(path.dirname(resolve('typescript/package.json')), 'bin/tsc');
  const flags = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    '--types',
    '',
    '--ignoreConfig',
  ];
  try {
    execFileSync(process.execPath, [compiler, ...flags, file], { cwd: folder, encoding: 'utf8', timeout: 150_000 });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout.slice(0, 2000);
  }
}

it('a snapshot is what the API of GitHub describes, and issues are those of Code Climate', async () => {
  const snapshots = { rich: await textOf('github', rich), hostile: await textOf('github', hostile) };
  const issues = {
    rich: await textOf('gitlab-codequality', rich),
    hostile: await textOf('gitlab-codequality', hostile),
  };

  expect(
    typeErrors({
      snapshot: ['Snapshot', snapshots.rich],
      hostileSnapshot: ['Snapshot', snapshots.hostile],
      issues: ['Issue[]', issues.rich],
      hostileIssues: ['Issue[]', issues.hostile],
    }),
  ).toBe('');
  const wrong = typeErrors({
    snapshot: ['Snapshot', snapshots.rich.replace('"scanned"', '"scannedAt"')],
    issues: ['Issue[]', issues.rich.replace('"severity": "', '"severity": "very ')],
  });
  expect(wrong).toMatch(/scannedAt/);
  expect(wrong).toMatch(/"very /);
});
