import { attachedVex } from '../attest/attached-vex.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import type { VexSource } from '../policy/vex-source.ts';
import type { Attached } from './attest/open-attached.ts';

/** `--vex oci`: statements that the registry of an image has of it. */
export function openOciVex(
  attached: Attached,
): (report: Report) => Promise<{ readonly sources: readonly VexSource[]; readonly problems: readonly Problem[] }> {
  const problem = (message: string): Problem => ({ code: 'vex.unreadable', message: `--vex oci: ${message}` });
  return async (report) => {
    const found = await attached.of(report);
    if (typeof found === 'string') return { sources: [], problems: [problem(found)] };
    const { documents, faults } = attachedVex(found, attached.trust);
    const sources = documents.map(({ digest, document, signed }) => ({ name: `oci:${digest}`, document, signed }));
    return { sources, problems: faults.map(problem) };
  };
}
