import { ecosystems } from '../../ecosystems/index.ts';
import { isIncomplete } from '../../model/problem.ts';
import type { Dialer } from '../../net/dial.ts';
import { buildReport } from '../../report/build-report.ts';
import { cycloneDxDocument } from '../../report/cyclonedx.ts';
import { spdxDocument } from '../../report/spdx.ts';
import { views } from '../../scan.ts';
import type { Invocation } from '../command.ts';
import { readingOptions } from '../reading-options.ts';
import { currentTime, makeScanContext } from '../scan-context.ts';
import { toolVersion } from '../tool-version.ts';
import { oneDigest, refuseOtherBytes } from './image-digest.ts';

/** The bill of materials of an image, as `drydock sbom` writes it, and the digest of the manifest that it is of. */
export async function sbomPredicate(
  word: string,
  format: 'cyclonedx' | 'spdx',
  invocation: Invocation,
  dialer: Dialer,
): Promise<{ readonly digest: string; readonly document: object }> {
  const { io } = invocation;
  const context = makeScanContext(invocation);
  // What is signed is held against the bytes.
  const options = { ...readingOptions(invocation, context, dialer), ecosystems, checks: [], verify: true };
  const reports = [];
  for await (const { view, coverage } of views(word, options, context)) {
    refuseOtherBytes(word, view.problems);
    reports.push(
      buildReport({
        view,
        coverage,
        findings: [],
        problems: [],
        advisories: { feeds: [], starter: false },
        depth: 'default',
        toolVersion,
        createdAt: currentTime(io.environment),
      }),
    );
  }
  const digest = oneDigest(
    word,
    reports.flatMap(({ image }) => image.digest ?? []),
  );
  const [report] = reports;
  const missing = report!.problems.filter(isIncomplete).length;
  if (missing > 0) io.log.warn({}, `the bill of materials says that it is incomplete (${missing} problems)`);
  return { digest, document: format === 'spdx' ? spdxDocument(report!) : cycloneDxDocument(report!, '1.6') };
}
