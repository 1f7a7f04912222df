import type { Finding } from '../model/finding.ts';

/** Members of a result, and the type of what they have (aquasecurity/trivy, pkg/types/finding.go). */
const types = {
  Vulnerabilities: 'vulnerability',
  Misconfigurations: 'misconfiguration',
  Secrets: 'secret',
  Licenses: 'license',
} as const;

/**
 * Findings of a result in their members: open ones in that of their type, and accepted ones in
 * `ExperimentalModifiedFindings`, where Trivy has what its `--show-suppressed` asks for. Readers take for open whatever stands
 * in the first.
 */
export function placed(
  member: keyof typeof types,
  findings: readonly Finding[],
  shape: (finding: Finding) => object,
): object {
  const open = findings.filter(({ suppressed }) => suppressed === undefined);
  const accepted = findings.filter(({ suppressed }) => suppressed !== undefined);
  return {
    ...(open.length > 0 && { [member]: open.map(shape) }),
    ...(accepted.length > 0 && {
      ExperimentalModifiedFindings: accepted.map((finding) => ({
        Type: types[member],
        ...wordsOf(finding),
        Finding: shape(finding),
      })),
    }),
  };
}

/** `ignored` is what somebody accepts; of all else the status is that of the statement. */
function wordsOf({ suppressed, vex }: Finding): object {
  const { by = '', reason = '', justification = '' } = suppressed ?? {};
  const status = by.startsWith('vex:') ? (vex?.status ?? 'not_affected') : 'ignored';
  return { Status: status, Statement: reason === '' ? justification : reason, Source: by };
}
