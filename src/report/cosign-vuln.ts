import type { Report } from '../model/report.ts';
import { documentsText } from './documents-text.ts';
import type { Format } from './format.ts';

/**
 * The predicate that cosign attests as `--type vuln` (sigstore/cosign, COSIGN_VULN_ATTESTATION_SPEC): who scanned when with
 * which advisories, and the whole report as the result. The times are those of the report, which knows one only.
 */
export const cosignVuln: Format = {
  id: 'cosign-vuln',
  title: 'Predicate of a vulnerability attestation, for "cosign attest --type vuln"',
  steady: true,
  render: (reports, options) => documentsText(reports.map(predicateOf), options),
};

function predicateOf(report: Report): object {
  const { tool, advisories, createdAt, image } = report;
  const { generation, builtAt, starter } = advisories;
  const known = starter ? 'starter' : generation === undefined ? '' : `generation ${generation}`;
  return {
    invocation: { parameters: null, uri: image.reference, event_id: '', 'builder.id': '' },
    scanner: {
      uri: `pkg:npm/${tool.name}@${tool.version}`,
      version: tool.version,
      db: { uri: '', version: known, ...(builtAt !== undefined && { lastUpdate: builtAt }) },
      result: report,
    },
    metadata: { scanStartedOn: createdAt, scanFinishedOn: createdAt },
  };
}
