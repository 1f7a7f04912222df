import type { Finding, FindingKind } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { asffVulnerability } from './asff-vulnerability.ts';
import { escapeLine } from './escape.ts';
import type { Format, RenderOptions } from './format.ts';
import { jsonText } from './json.ts';
import { fingerprintsOf } from './sarif-fingerprints.ts';
import { subjectOf } from './shown-findings.ts';
import { webAddress } from './web-address.ts';

/**
 * Findings as AWS Security Hub takes them (ASFF, "Required top-level attributes"): a list for `batch-import-findings`, of
 * which one call takes a hundred. Region and account come from variables.
 */
export const asff: Format = {
  id: 'asff',
  title: 'Findings for AWS Security Hub (ASFF)',
  withoutProblems: true,
  steady: true,
  missing: ({ variables = {} }) =>
    regionOf(variables) !== undefined && /^\d{12}$/.test(variables.AWS_ACCOUNT_ID ?? '')
      ? undefined
      : 'findings belong to an account. AWS_ACCOUNT_ID (12 digits) and AWS_REGION have to say to which.',
  render: (reports, options) => jsonText(reports.flatMap((report) => findingsOf(report, options))),
};

function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: NonNullable<RenderOptions['variables']>): string | undefined {
  const region = AWS_REGION ?? AWS_DEFAULT_REGION;
  return region !== undefined && /^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/.test(region) ? region : undefined;
}

/** Regions of China and of governments have partitions of their own (ARN). */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

const labels: Readonly<Record<Severity, string>> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
  negligible: 'INFORMATIONAL',
  // What nobody judged may be grave.
  unknown: 'MEDIUM',
};

/** Namespaces and categories of ASFF ("Types taxonomy"). */
const types: Readonly<Record<FindingKind, string>> = {
  vulnerability: 'Software and Configuration Checks/Vulnerabilities/CVE',
  malware: 'TTPs/Execution',
  webshell: 'TTPs/Persistence',
  secret: 'Sensitive Data Identifications/Passwords',
  configuration: 'Software and Configuration Checks',
  history: 'Software and Configuration Checks',
  persistence: 'TTPs/Persistence',
  evasion: 'TTPs/Defense Evasion',
  service: 'Software and Configuration Checks/Network Reachability',
  call: 'Unusual Behaviors/Container',
  licence: 'Software and Configuration Checks/Industry and Regulatory Standards',
};

function findingsOf(report: Report, { variables = {} }: RenderOptions): readonly object[] {
  const region = regionOf(variables) ?? 'us-east-1';
  const account = variables.AWS_ACCOUNT_ID ?? '000000000000';
  const partition = partitionOf(region);
  const { image, tool, findings, createdAt } = report;
  const name = cut(image.reference, 400) || 'image';
  const fingerprints = fingerprintsOf(findings);
  return findings.map((finding, index) => {
    const { kind, id, severity, title, evidence, suppressed } = finding;
    const subject = subjectOf(finding);
    const remediation = remediationOf(finding);
    return {
      SchemaVersion: '2018-10-08',
      Id: cut(`${name}/${kind}/${fingerprints[index]}`, 512),
      ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
      GeneratorId: cut(`${tool.name}/${kind}/${id}`, 512),
      AwsAccountId: account,
      Types: [types[kind]],
      CreatedAt: createdAt,
      UpdatedAt: createdAt,
      Severity: { Label: labels[severity], Original: severity },
      Title: cut(`${id}${subject === '' ? '' : ` in ${subject}`}: ${title}`, 256),
      Description: cut(evidence, 1024) || cut(title, 1024) || cut(id, 1024) || kind,
      ...(remediation !== undefined && { Remediation: { Recommendation: remediation } }),
      ProductFields: productFields(finding, tool.version),
      Resources: [
        {
          Type: 'Container',
          Id: cut(image.digest === undefined ? name : `${name.replace(/@sha256:.*$/, '')}@${image.digest}`, 512),
          Partition: partition,
          Region: region,
          Details: { Container: { ImageName: name, ...(image.id !== undefined && { ImageId: image.id }) } },
        },
      ],
      ...(kind === 'vulnerability' && { Vulnerabilities: [asffVulnerability(finding)] }),
      RecordState: 'ACTIVE',
      Workflow: { Status: suppressed === undefined ? 'NEW' : 'SUPPRESSED' },
      ...(suppressed !== undefined && {
        Note: {
          Text: cut(`${suppressed.by}: ${suppressed.reason}`, 512),
          UpdatedBy: tool.name,
          UpdatedAt: createdAt,
        },
      }),
    };
  });
}

function remediationOf({ remediation, fixedVersion, package: pkg, source }: Finding): object | undefined {
  const text = remediation ?? (fixedVersion === undefined ? '' : `Upgrade ${pkg?.name ?? 'it'} to ${fixedVersion}.`);
  const url = webAddress(source.url);
  if (cut(text, 512) === '' && url === undefined) return undefined;
  return { ...(cut(text, 512) !== '' && { Text: cut(text, 512) }), ...(url !== undefined && { Url: url }) };
}

/** At most 50, each of at most 1,024 characters. */
function productFields({ kind, confidence, location, layer, from }: Finding, version: string): object {
  const values: readonly (readonly [string, string | undefined])[] = [
    ['kind', kind],
    ['confidence', confidence],
    ['path', location?.path],
    ['line', location?.line?.toString()],
    ['layer', layer?.index.toString()],
    ['instruction', layer?.instruction],
    ['from', from],
    ['version', version],
  ];
  return Object.fromEntries(
    values.flatMap(([name, value]) =>
      value === undefined || cut(value, 1024) === '' ? [] : [[`drydock/${name}`, cut(value, 1024)]],
    ),
  );
}

function cut(text: string, most: number): string {
  const line = escapeLine(text);
  return line.length <= most ? line : `${line.slice(0, most - 4).replace(/[\ud800-\udbff]$/, '')} ...`;
}
