import { createHash } from 'node:crypto';
import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { imagePurl } from '../policy/product.ts';
import type { Format } from './format.ts';
import { jsonText } from './json.ts';
import { contentUuid } from './sbom-parts.ts';

type Status = NonNullable<Finding['vex']>['status'];

interface Said {
  readonly vulnerability: { readonly name: string; readonly aliases?: readonly string[] };
  readonly status: Status;
  readonly justification?: string;
  readonly impact_statement?: string;
  readonly action_statement?: string;
}

/**
 * OpenVEX 0.2.0 of what was found: the images are products, the packages their parts. What a policy and other statements
 * say is repeated; of all else a scan only knows that the version is one of those that have it, and so it is under
 * investigation. `drydock vex create` makes the statements of an author.
 */
export const openVex: Format = {
  id: 'openvex',
  title: 'Statements of OpenVEX 0.2.0 on the vulnerabilities that were found',
  findingKinds: ['vulnerability'],
  withoutProblems: true,
  steady: true,
  nothing: (reports) =>
    reports.some(({ findings }) => findings.some(({ kind }) => kind === 'vulnerability'))
      ? undefined
      : 'no vulnerability was found, and a document of OpenVEX has at least one statement.',
  render: (reports) => jsonText(documentOf(reports)),
};

function documentOf(reports: readonly Report[]): object {
  const groups = new Map<string, { readonly said: Said; readonly products: Map<string, Set<string>> }>();
  for (const report of reports) {
    const product = productOf(report);
    for (const finding of report.findings) {
      if (finding.kind !== 'vulnerability') continue;
      const said = saidOf(finding);
      const key = JSON.stringify(said);
      let group = groups.get(key);
      if (group === undefined) {
        group = { said, products: new Map() };
        groups.set(key, group);
      }
      const parts = group.products.get(product) ?? new Set();
      group.products.set(product, parts);
      if (finding.package !== undefined) parts.add(finding.package.purl);
    }
  }
  const statements = [...groups.values()].map(({ said: { vulnerability, ...rest }, products }) => ({
    vulnerability,
    products: [...products].map(([id, parts]) => ({
      '@id': id,
      ...(parts.size > 0 && { subcomponents: [...parts].map((part) => ({ '@id': part })) }),
    })),
    ...rest,
  }));
  const [first] = reports;
  const tool = `${first?.tool.name ?? 'drydock'} ${first?.tool.version ?? ''}`.trim();
  const id = createHash('sha256')
    .update(JSON.stringify([first?.createdAt, statements]))
    .digest('hex');
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://openvex.dev/docs/public/vex-${id}`,
    author: tool,
    role: 'scanner',
    timestamp: (first?.createdAt ?? '1970-01-01T00:00:00Z').replace(/\.\d+Z$/, 'Z'),
    version: 1,
    tooling: tool,
    statements,
  };
}

/** An image that has neither a digest nor a name that a registry could know has a name of this document alone. */
function productOf(report: Report): string {
  return imagePurl(report) ?? `urn:uuid:${contentUuid({ reference: report.image.reference })}`;
}

function saidOf({ id, aliases, vex, suppressed, evidence, remediation, fixedVersion, package: pkg }: Finding): Said {
  const others = [...new Set(aliases)].filter((alias) => alias !== id && alias !== '');
  const vulnerability = { name: id, ...(others.length > 0 && { aliases: others }) };
  const reason = suppressed?.reason || vex?.statement;
  const isByPolicy = suppressed !== undefined && !suppressed.by.startsWith('vex:');
  const status: Status =
    vex !== undefined && !isByPolicy
      ? vex.status
      : suppressed === undefined
        ? 'under_investigation'
        : suppressed.justification === undefined
          ? 'affected'
          : 'not_affected';
  if (status === 'not_affected') {
    return {
      vulnerability,
      status,
      ...(suppressed?.justification !== undefined && { justification: suppressed.justification }),
      impact_statement: reason || evidence || 'Somebody ruled it out, and gave no reason.',
    };
  }
  if (status !== 'affected') return { vulnerability, status };
  const upgrade = fixedVersion === undefined ? undefined : `Upgrade ${pkg?.name ?? 'it'} to ${fixedVersion}.`;
  return { vulnerability, status, action_statement: reason || remediation || upgrade || 'No fix is known.' };
}
