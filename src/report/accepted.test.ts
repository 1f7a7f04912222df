import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, makeVulnerability } from '../../test/support/report.ts';
import type { Finding } from '../model/finding.ts';
import { loadFormats } from './index.ts';

const options = { width: 200, colour: false, showSuppressed: true };
const policy = { by: 'policy:p.yaml:3', reason: 'never called' };

const open = makeVulnerability('CVE-2024-1', 'bash', '5.2');
const accepted = makeVulnerability('CVE-2024-2', 'openssl', '3.0.11', { suppressed: policy });
const ruledOut = makeVulnerability('CVE-2024-3', 'openssl', '3.0.11', {
  suppressed: { by: 'vex:x.json', reason: '', justification: 'component_not_present' },
  vex: { status: 'not_affected', by: 'vex:x.json' },
});
const report = makeReport({ findings: [open, accepted, ruledOut] });

const ids = (text: string): readonly string[] =>
  [...new Set(text.match(/CVE\\?-2024\\?-\d/g)?.map((id) => id.replaceAll('\\', '')))].sort();
/** Elements or objects of the text that say nothing of an acceptance, by the vulnerability that they name. */
const openIn =
  (parts: RegExp, mark: RegExp) =>
  (text: string): readonly string[] =>
    ids((text.match(parts) ?? []).filter((part) => !mark.test(part)).join('\n'));
const lines = (mark: RegExp) => openIn(/^.*CVE.*$/gm, mark);

interface CycloneDx {
  readonly vulnerabilities: readonly { readonly id: string; readonly analysis?: object }[];
}
const withoutAnalysis = (text: string): readonly string[] =>
  (JSON.parse(text) as CycloneDx).vulnerabilities.flatMap(({ id, analysis }) => (analysis === undefined ? [id] : []));
const unsuppressed = (text: string): readonly string[] => {
  const found: string[] = [];
  JSON.parse(text, (_, value) => {
    if (value?.kind === 'vulnerability' && value.suppressed === undefined) found.push(value.id);
    return value;
  });
  return [...new Set(found)];
};

/** What readers of a format take for open; absent: it has no findings, or no word for what somebody thinks of them. */
const readers: Readonly<Record<string, ((text: string) => readonly string[]) | undefined>> = {
  table: (text) => ids(text.replace(/^\s*(?:ACCEPTED|RULED OUT|SUPPRESSED)[\s\S]*$/im, '')),
  json: unsuppressed,
  cyclonedx: withoutAnalysis,
  'cyclonedx-xml': openIn(/<vulnerability [\s\S]*?<\/vulnerability>/g, /<analysis>/),
  'cyclonedx-1.5': withoutAnalysis,
  'cyclonedx-1.6': withoutAnalysis,
  'cyclonedx-1.7': withoutAnalysis,
  sarif: (text) => {
    interface Result {
      readonly ruleId: string;
      readonly suppressions?: readonly object[];
    }
    const { runs } = JSON.parse(text) as { readonly runs: readonly { readonly results: readonly Result[] }[] };
    return runs.flatMap(({ results }) =>
      results.flatMap(({ ruleId, suppressions = [] }) => (suppressions.length === 0 ? ids(ruleId) : [])),
    );
  },
  markdown: lines(/accepted/),
  csv: lines(/policy:p\.yaml:3|vex:x\.json/),
  junit: openIn(/<testcase [\s\S]*?<\/testcase>/g, /<skipped/),
  gitlab: (text) => {
    interface Row {
      readonly name: string;
      readonly flags?: readonly object[];
    }
    const { vulnerabilities } = JSON.parse(text) as { readonly vulnerabilities: readonly Row[] };
    return vulnerabilities.flatMap(({ name, flags }) => (flags === undefined ? ids(name) : []));
  },
  'gitlab-codequality': ids,
  openvex: (text) =>
    (JSON.parse(text) as { readonly statements: readonly Record<string, unknown>[] }).statements.flatMap(
      ({ vulnerability, status }) => (status === 'under_investigation' ? ids(JSON.stringify(vulnerability)) : []),
    ),
  'cosign-vuln': unsuppressed,
  'trivy-json': (text) => {
    const { Results } = JSON.parse(text) as { readonly Results: readonly { readonly Vulnerabilities?: object }[] };
    return ids(JSON.stringify(Results.map(({ Vulnerabilities }) => Vulnerabilities ?? [])));
  },
  'grype-json': (text) => ids(JSON.stringify((JSON.parse(text) as { readonly matches: object }).matches)),
  // A page with the whole report, which marks it; lists of packages; and what an author of a template wants.
  html: undefined,
  spdx: undefined,
  'spdx-tv': undefined,
  'spdx-3': undefined,
  github: undefined,
  notices: undefined,
  template: undefined,
};

describe('what is accepted, where it is asked for', () => {
  it('is thought of in every format', async () => {
    expect(Object.keys(readers).sort()).toEqual((await loadFormats()).map(({ id }) => id).sort());
  });

  it.each(Object.entries(readers).flatMap(([id, reader]) => (reader === undefined ? [] : [{ id, reader }])))(
    'is nothing open for readers of $id',
    async ({ id, reader }) => {
      const [format] = await loadFormats([id]);
      const text = format!.render([report], options);

      expect(reader(text)).toEqual(['CVE-2024-1']);
      const hasAccepted = format!.withoutAccepted !== true;
      expect(ids(text)).toEqual(hasAccepted ? ['CVE-2024-1', 'CVE-2024-2', 'CVE-2024-3'] : ['CVE-2024-1']);
    },
  );

  it.each<[string, Partial<Finding>, string, string]>([
    ['vulnerability', {}, 'Vulnerabilities', 'vulnerability'],
    ['secret', { kind: 'secret', location: { path: 'a' } }, 'Secrets', 'secret'],
    ['licence', { kind: 'licence' }, 'Licenses', 'license'],
    ['configuration', { kind: 'configuration' }, 'Misconfigurations', 'misconfiguration'],
  ])('has the place of Trivy for a %s', async (_, more, member, type) => {
    const [format] = await loadFormats(['trivy-json']);
    const package_ = accepted.package!;
    const findings = [makeFinding('one', { package: package_, ...more, suppressed: policy })];
    const { Results } = JSON.parse(format!.render([makeReport({ findings })], options)) as {
      readonly Results: readonly Record<string, unknown>[];
    };
    expect(Results.flatMap((result) => (member in result ? [result[member]] : []))).toEqual([]);
    const [result] = Results.filter((one) => 'ExperimentalModifiedFindings' in one);
    expect(result?.['ExperimentalModifiedFindings']).toMatchObject([
      { Type: type, Status: 'ignored', Statement: 'never called', Source: 'policy:p.yaml:3', Finding: {} },
    ]);
    if (type === 'misconfiguration') expect(result?.['MisconfSummary']).toEqual({ Successes: 0, Failures: 0 });
    expect(format!.render([makeReport({ findings })], { ...options, showSuppressed: false })).not.toContain(
      'ExperimentalModifiedFindings',
    );
  });

  it('has the status of a statement for Trivy', async () => {
    const [format] = await loadFormats(['trivy-json']);
    expect(format!.render([report], options)).toMatch(
      /"Status": ?"not_affected",\s*"Statement": ?"component_not_present",\s*"Source": ?"vex:x.json"/,
    );
  });
});
