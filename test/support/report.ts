import { fullName } from '../../src/image/identity.ts';
import { isElsewhere, splitReference } from '../../src/image/scheme.ts';
import { type Finding, type FindingKind, findingKinds } from '../../src/model/finding.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Report } from '../../src/model/report.ts';
import { buildReport, type ReportParts } from '../../src/report/build-report.ts';
import { advisoriesOf, debian12, makeAdvisory, makeLayers, makePackage, makeView, type ViewParts } from './view.ts';

/** A finding of a package, unless told otherwise. */
export function makeFinding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    kind: 'vulnerability',
    id,
    aliases: [],
    severity: 'medium',
    confidence: 'certain',
    title: `Title of ${id}`,
    layer: { index: 0, instruction: 'ADD file:0f1e2d in /' },
    from: 'unknown',
    evidence: `Evidence of ${id}`,
    source: { name: 'tracker' },
    ...more,
  };
}

/** A vulnerability of a package that `makePackage` made. */
export function makeVulnerability(id: string, name: string, version: string, more: Partial<Finding> = {}): Finding {
  const { purl, layer } = makePackage(name, version);
  return makeFinding(id, { package: { name, version, purl }, layer, state: 'affected', ...more });
}

/** A finding of every kind, each with everything that a finding can have. */
export const oneOfEachKind: readonly Finding[] = findingKinds.map((kind: FindingKind) =>
  makeFinding(kind === 'vulnerability' ? 'CVE-2024-0001' : `${kind}-rule`, {
    kind,
    aliases: ['GHSA-1'],
    related: ['DSA-1-1'],
    layer: { index: 1, diffId: `sha256:${'b'.repeat(64)}`, instruction: 'COPY . /app' },
    historyIndex: 1,
    hiddenBy: { index: 2, instruction: 'RUN rm /app/x' },
    from: 'own',
    location: { path: `app/${kind}`, offset: 7, line: 3 },
    source: { name: 'tracker', url: 'https://advisories.example/1' },
    package: { name: 'openssl', version: '3.0.11', purl: makePackage('openssl', '3.0.11').purl },
    fixedVersion: '3.0.12',
    upgradeTo: '3.0.13',
    state: 'fixed',
    score: { cvss: [{ version: '3.1', vector: 'V', score: 7.5, source: 'nvd' }], epss: 0.5, kev: true },
    inUse: true,
    remediation: `Remedy of ${kind}`,
  }),
);

export interface SampleParts extends Partial<Omit<ReportParts, 'view'>> {
  readonly view?: ViewParts;
}

/** A report of `debian:12` with what is told. */
export function makeReport(parts: SampleParts = {}): Report {
  const layers = makeLayers('ADD file:0f1e2d in /', 'COPY . /app', 'RUN rm /app/x');
  const { view, ...rest } = parts;
  const { reference = 'example:1' } = view?.image ?? {};
  // Words that look like one are the name of an image, which a registry has.
  const { scheme, location } = splitReference(reference);
  const isName = (scheme === undefined || isElsewhere(scheme)) && !/\.(?:json|tar)$/.test(reference);
  const name = isName ? fullName(location) : undefined;
  return buildReport({
    findings: [],
    problems: [],
    advisories: advisoriesOf({ tracker: [makeAdvisory('CVE-2024-0001', [{ package: 'openssl' }])] }).status(),
    coverage: {
      files: 5458,
      bytes: 90_000_000,
      analysed: 900,
      byClass: { owned: 5311, analysed: 12, unowned: 135 },
      unexplained: ['usr/local/bin/gosu'],
    },
    depth: 'default',
    toolVersion: '0.1.0',
    createdAt: new Date('2026-08-21T12:00:00Z'),
    ...rest,
    view: makeView({
      distribution: debian12,
      packages: [makePackage('openssl', '3.0.11'), makePackage('bash', '5.2')],
      ...view,
      image: {
        platform: 'linux/amd64',
        created: '2026-08-01T10:00:00Z',
        digest: `sha256:${'d'.repeat(64)}`,
        layers,
        ...(name !== undefined && { name }),
        ...view?.image,
      },
    }),
  });
}

export const someProblems: readonly Problem[] = [
  { code: 'layer.trailing-bytes', message: '12 bytes follow the end of the layer.', layer: 1 },
  { code: 'file.format', message: 'The file is no valid JSON.', layer: 1, path: 'app/package.json', analyzer: 'npm' },
];
