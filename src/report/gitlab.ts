import type { CvssScore } from '../model/cvss.ts';
import type { Finding } from '../model/finding.ts';
import { isIncomplete } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { escapeLine } from './escape.ts';
import type { Format, RenderOptions } from './format.ts';
import { jsonText } from './json.ts';
import { markdownText } from './markdown-cell.ts';
import { fingerprintsOf } from './sarif-fingerprints.ts';
import { contentUuid } from './sbom-parts.ts';
import { shownFindings, subjectOf } from './shown-findings.ts';
import { webAddress } from './web-address.ts';

/** The version of the schema (GitLab, security-report-schemas). */
const VERSION = '15.2.1';

/**
 * The report of container scanning, which GitLab's vulnerability report and merge requests read
 * (`artifacts:reports:container_scanning`). Findings of files stand there by the path of the file.
 */
export const gitlab: Format = {
  id: 'gitlab',
  title: `Report of container scanning for GitLab, schema ${VERSION}`,
  steady: true,
  render: (reports, options) => jsonText(documentOf(reports, options)),
};

function documentOf(reports: readonly Report[], options: RenderOptions): object {
  const tool = reports[0]?.tool ?? { name: 'drydock', version: 'unknown' };
  const times = reports.map(({ createdAt }) => createdAt.slice(0, 19)).sort();
  const scanner = { id: tool.name, name: 'Drydock', version: tool.version, vendor: { name: 'Drydock' } };
  const messages = reports.flatMap(({ image, problems }) =>
    problems.filter(isIncomplete).map(({ code, message, path, layer }) => {
      const place = [layer === undefined ? '' : `layer ${layer}`, path ?? ''].filter((word) => word !== '').join(', ');
      return { level: 'warn', value: cut(`${image.reference}: ${code}: ${message} ${place}`.trim(), 2000) };
    }),
  );
  return {
    version: VERSION,
    scan: {
      analyzer: scanner,
      scanner,
      type: 'container_scanning',
      start_time: times[0] ?? '1970-01-01T00:00:00',
      end_time: times.at(-1) ?? '1970-01-01T00:00:00',
      status: reports.length === 0 ? 'failure' : 'success',
      ...(messages.length > 0 && { messages: messages.slice(0, 1000) }),
    },
    vulnerabilities: reports.flatMap((report) => vulnerabilitiesOf(report, options)),
    remediations: [],
  };
}

const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  negligible: 'Info',
  unknown: 'Unknown',
};

function vulnerabilitiesOf(report: Report, options: RenderOptions): readonly object[] {
  const { image } = report;
  const { distribution } = image;
  const findings = shownFindings(report, options);
  const fingerprints = fingerprintsOf(findings);
  const system = distribution === undefined ? 'unknown' : `${distribution.id} ${distribution.version}`.trim();
  return findings.map((finding, index) => {
    const { severity, title, evidence, package: pkg, remediation, fixedVersion, suppressed, source, score } = finding;
    const vectors = vectorsOf(score?.cvss ?? []);
    const solution =
      remediation ?? (fixedVersion === undefined ? undefined : `Upgrade ${pkg?.name ?? 'it'} to ${fixedVersion}.`);
    const links = [source.url, ...(finding.witnesses ?? []).map(({ reference }) => reference)].flatMap(
      (url) => webAddress(url) ?? [],
    );
    return {
      id: contentUuid({ image: image.reference, fingerprint: fingerprints[index] }),
      name: cut(`${finding.id}: ${title}`, 255),
      description: page(`${title}\n\n${evidence}`, 100_000),
      severity: severityWords[severity],
      ...(solution !== undefined && { solution: page(solution, 7000) }),
      identifiers: identifiersOf(finding),
      ...(vectors.length > 0 && { cvss_vectors: vectors }),
      ...(links.length > 0 && { links: [...new Set(links)].map((url) => ({ url })) }),
      details: detailsOf(finding),
      ...(suppressed !== undefined && {
        flags: [
          {
            type: 'flagged-as-likely-false-positive',
            origin: cut(suppressed.by, 200) || 'drydock',
            description: cut(suppressed.reason, 2000) || 'accepted',
          },
        ],
      }),
      location: {
        dependency: {
          package: { name: cut(pkg?.name ?? subjectOf(finding), 255) || 'image' },
          version: cut(pkg?.version ?? '', 255),
        },
        operating_system: cut(system, 255),
        image: cut(image.reference, 255) || 'image',
      },
    };
  });
}

/** Metrics of CVSS 2 (section 2.4) and 3 (section 6) with the values that they can have: GitLab refuses a report with others. */
const metrics2 =
  /^(?:AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(?:U|POC|F|H|ND)|RL:(?:OF|TF|W|U|ND)|RC:(?:UC|UR|C|ND)|CDP:(?:N|L|LM|MH|H|ND)|TD:(?:N|L|M|H|ND)|[CIA]R:(?:L|M|H|ND))$/;
const metrics3 =
  /^(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])$/;

function vectorsOf(scores: readonly CvssScore[]): readonly object[] {
  return scores
    .filter(({ vector }) => {
      if (vector.length < 16 || vector.length > 128) return false;
      if (!vector.startsWith('CVSS:')) return vector.split('/').every((metric) => metrics2.test(metric));
      const [head, ...metrics] = vector.split('/');
      return /^CVSS:3\.[01]$/.test(head!) && vector.length >= 32 && metrics.every((metric) => metrics3.test(metric));
    })
    .slice(0, 10)
    .map(({ vector, source }) => ({ vendor: cut(source, 255) || 'unknown', vector }));
}

/** The first one names it for GitLab. */
function identifiersOf({ kind, id, aliases, source, score }: Finding): readonly object[] {
  const url = webAddress(source.url);
  const ids = [...new Set([id, ...aliases].map((one) => cut(one, 255)))].filter((one) => one !== '');
  if (ids.length === 0) ids.push(kind);
  return [
    ...ids.map((one, index) => ({
      type: typeOf(kind, one),
      name: one,
      value: one,
      ...(index === 0 && url !== undefined && { url }),
    })),
    ...(score?.cwes ?? []).flatMap((cwe) => {
      const [, number] = /^CWE-(\d{1,6})$/.exec(cwe) ?? [];
      return number === undefined
        ? []
        : [{ type: 'cwe', name: cwe, value: number, url: `https://cwe.mitre.org/data/definitions/${number}.html` }];
    }),
  ];
}

function typeOf(kind: Finding['kind'], id: string): string {
  const [, prefix] = /^(CVE|GHSA|RHSA|ELSA|USN|DSA|DLA)-/.exec(id) ?? [];
  if (prefix !== undefined) return prefix.toLowerCase();
  return kind === 'vulnerability' ? 'advisory' : `drydock_${kind}`;
}

/** What the page of a vulnerability shows besides. */
function detailsOf({ kind, confidence, location, layer, hiddenBy, from, state, score, use }: Finding): object {
  const values: readonly (readonly [string, string, string | undefined])[] = [
    ['kind', 'Kind', kind],
    ['confidence', 'Confidence', confidence],
    [
      'path',
      'Path',
      location === undefined ? undefined : `${location.path}${location.line === undefined ? '' : `:${location.line}`}`,
    ],
    ['layer', 'Layer', layer === undefined ? undefined : `${layer.index} ${layer.instruction ?? ''}`.trim()],
    [
      'hidden',
      'Hidden by layer',
      hiddenBy === undefined ? undefined : `${hiddenBy.index} ${hiddenBy.instruction ?? ''}`.trim(),
    ],
    ['from', 'Brought by', from === 'unknown' ? undefined : from === 'base' ? 'the base image' : 'the image itself'],
    ['state', 'State', state],
    ['epss', 'EPSS', score?.epss?.toString()],
    ['exploited', 'Known to be exploited', score?.kev === true ? 'yes' : undefined],
    ['use', 'Use in a run', use],
  ];
  return Object.fromEntries(
    values.flatMap(([key, name, value]) =>
      value === undefined ? [] : [[key, { name, type: 'text', value: cut(value, 2000) }]],
    ),
  );
}

/** At most so many characters that GitLab shows as a page of Markdown, with nothing of the text in it that acts. */
function page(text: string, most: number): string {
  let shown = markdownText(cut(text, most));
  for (let half = most >> 1; shown.length > most; half >>= 1) shown = markdownText(cut(text, half));
  return shown;
}

/** A line of at most so many characters. */
function cut(text: string, most: number): string {
  const line = text.split('\n').map(escapeLine).join('\n');
  return line.length <= most ? line : `${line.slice(0, most - 4).replace(/[\ud800-\udbff]$/, '')} ...`;
}
