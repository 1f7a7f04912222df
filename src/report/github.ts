import type { Report } from '../model/report.ts';
import { escapeText } from './escape.ts';
import type { Format, RenderOptions } from './format.ts';
import { jsonText } from './json.ts';
import { type SbomEntry, sbomParts } from './sbom-parts.ts';

/**
 * A dependency snapshot as GitHub's dependency graph takes it (REST API, "Dependency submission"): the packages of all
 * images, each image a manifest. Which commit it is of, variables of GitHub Actions say.
 */
export const github: Format = {
  id: 'github',
  title: 'Dependency snapshot for GitHub: packages, for its dependency graph',
  findingKinds: [],
  withoutProblems: true,
  steady: true,
  missing: ({ variables = {} }) =>
    /^[0-9a-f]{40}$/i.test(variables.GITHUB_SHA ?? '') && variables.GITHUB_REF?.startsWith('refs/') === true
      ? undefined
      : 'a snapshot belongs to a commit. GITHUB_SHA (40 digits) and GITHUB_REF (refs/heads/...) have to say to which; GitHub Actions sets them.',
  render: (reports, options) => jsonText(snapshotOf(reports, options)),
};

function snapshotOf(reports: readonly Report[], { variables = {} }: RenderOptions): object {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = variables;
  const { GITHUB_WORKFLOW: workflow = 'drydock', GITHUB_JOB: job = 'scan' } = variables;
  const tool = reports[0]?.tool ?? { name: 'drydock', version: 'unknown' };
  const isRun = server !== undefined && repository !== undefined && run !== undefined;
  return {
    version: 0,
    job: {
      id: run ?? 'drydock',
      correlator: `${workflow} ${job} drydock`,
      ...(isRun && { html_url: `${server}/${repository}/actions/runs/${run}` }),
    },
    sha: variables.GITHUB_SHA ?? '0'.repeat(40),
    ref: variables.GITHUB_REF ?? 'refs/heads/main',
    detector: { name: tool.name, version: tool.version, url: `pkg:npm/${tool.name}@${tool.version}` },
    scanned: (reports[0]?.createdAt ?? '1970-01-01T00:00:00Z').replace(/\.\d+Z$/, 'Z'),
    manifests: manifestsOf(reports),
  };
}

function manifestsOf(reports: readonly Report[]): object {
  const manifests = new Map<string, object>();
  for (const report of reports) {
    const { reference, platform, digest } = report.image;
    const base = escapeText(reference) || 'image';
    // Of several platforms each is a manifest of its own.
    const name = manifests.has(base) ? `${base} (${platform ?? digest ?? manifests.size + 1})` : base;
    manifests.set(name, manifestOf(name, report));
  }
  return Object.fromEntries(manifests);
}

function manifestOf(name: string, report: Report): object {
  const { entries } = sbomParts(report);
  const needed = new Set(entries.flatMap((entry) => [...entry.needs, ...entry.children]));
  const resolved = new Map<string, object>();
  for (const entry of entries) if (!resolved.has(entry.purl)) resolved.set(entry.purl, dependencyOf(entry, needed));
  const { digest, platform, distribution } = report.image;
  const metadata = {
    ...(digest !== undefined && { 'drydock:digest': digest }),
    ...(platform !== undefined && { 'drydock:platform': platform }),
    ...(distribution !== undefined && { 'drydock:distribution': `${distribution.id}:${distribution.version}` }),
  };
  return {
    name,
    ...(Object.keys(metadata).length > 0 && { metadata }),
    resolved: Object.fromEntries(resolved),
  };
}

/** What only those need who make the image: GitHub knows these two scopes. */
const development: ReadonlySet<string> = new Set(['build', 'dev', 'development', 'test']);

function dependencyOf(entry: SbomEntry, needed: ReadonlySet<SbomEntry>): object {
  const { pkg, purl, needs, children } = entry;
  const dependencies = [...new Set([...needs, ...children].map((one) => one.purl))].filter((one) => one !== purl);
  const [place] = pkg.locations;
  return {
    package_url: purl,
    metadata: { 'drydock:layer': pkg.layer.index, ...(place !== undefined && { 'drydock:location': place }) },
    relationship: needed.has(entry) ? 'indirect' : 'direct',
    scope: pkg.groups?.every((group) => development.has(group)) === true ? 'development' : 'runtime',
    ...(dependencies.length > 0 && { dependencies }),
  };
}
