import { describe, expect, it } from 'vitest';
import { makeReport, makeVulnerability } from '../../test/support/report.ts';
import type { Observation } from '../model/observation.ts';
import { cycloneDx } from './cyclonedx.ts';
import { sarif } from './sarif.ts';

const [pkg] = makeReport().packages;
const { name, version, purl } = pkg!;
const report = makeReport({ findings: [makeVulnerability('CVE-2024-0001', name, version)] });
const observation = {
  packagesInUse: [{ name, version, purl, use: 'executed', files: [], count: 1 }],
} as unknown as Observation;
const observed = {
  ...report,
  observation,
  findings: report.findings.map((finding) =>
    finding.package === undefined ? finding : { ...finding, inUse: true, use: 'executed' as const },
  ),
};
const options = { width: 80, colour: false };

describe('what a run used', () => {
  it('is a property of components and vulnerabilities of CycloneDX', () => {
    type Marked = { readonly name?: string; readonly id?: string; readonly properties?: readonly object[] };
    const { components, vulnerabilities } = JSON.parse(cycloneDx.render([observed], options)) as Record<
      'components' | 'vulnerabilities',
      readonly Marked[]
    >;
    const marked = [...components, ...vulnerabilities].filter(({ properties = [] }) =>
      properties.some((one) => JSON.stringify(one) === '{"name":"drydock:use","value":"executed"}'),
    );
    expect(marked.map((one) => one.name ?? one.id)).toEqual([name, 'CVE-2024-0001']);
    expect(cycloneDx.render([report], options)).not.toContain('drydock:use');
  });

  it('is a property of results of SARIF', () => {
    const { runs } = JSON.parse(sarif.render([observed], options)) as {
      runs: { results: { properties: object }[] }[];
    };
    expect(runs[0]!.results.map(({ properties }) => properties)).toContainEqual(
      expect.objectContaining({ inUse: true, use: 'executed' }),
    );
  });
});
