import { sbomFormats } from '../../config/options.ts';
import { exitStatus } from '../../errors.ts';
import { isIncomplete, type Problem } from '../../model/problem.ts';
import { openBaseImages } from '../base-images.ts';
import type { Command, Invocation } from '../command.ts';
import { deliverReports } from '../deliver.ts';
import { checkOutputs } from '../output-conflicts.ts';
import { readingOptionNames, readingOptions } from '../reading-options.ts';
import { prepareFormats } from '../report-formats.ts';
import { currentTime, makeScanContext } from '../scan-context.ts';
import { checkStandardInput } from '../standard-input.ts';

/** Warnings that are told one by one; the document has them all. */
const TOLD = 20;

/** Many messages speak of "it": the file that the problem is about. */
function withPlace({ message, path, layer }: Problem): string {
  const place = [layer === undefined ? '' : `layer ${layer}`, path === undefined || message.includes(path) ? '' : path];
  const words = place.filter((word) => word !== '').join(', ');
  return words === '' ? message : `${message} [${words}]`;
}

async function run(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  checkStandardInput(words, io);
  checkOutputs(settings.output, words, io.folder);
  const [{ views, withBase }, { ecosystems }, { withDialer }, { buildReport }, prepared, { toolVersion }] =
    await Promise.all([
      import('../../scan.ts'),
      import('../../ecosystems/index.ts'),
      import('../with-dialer.ts'),
      import('../../report/build-report.ts'),
      prepareFormats(invocation),
      import('../tool-version.ts'),
    ]);
  const context = makeScanContext(invocation);
  const reports = await withDialer(invocation, async (dialer) => {
    const options = { ecosystems, checks: [], ...readingOptions(invocation, context, dialer) };
    const { known } = openBaseImages(invocation, false);
    // Equal images give equal bytes: what was scanned here by chance is left out.
    const taught = new Map([...known].filter(([, { by }]) => by === 'taught'));
    const made = [];
    for await (const { view: read, coverage } of views(words[0]!, options, context)) {
      const view = withBase(read, { bases: { known: taught, problems: [] } });
      made.push(
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
    return made;
  });
  const missing = reports.flatMap(({ problems }) => problems.filter(isIncomplete));
  for (const problem of missing.slice(0, TOLD)) io.log.warn({}, `incomplete: ${withPlace(problem)}`);
  if (missing.length > TOLD) io.log.warn({}, `incomplete: and ${missing.length - TOLD} more`);
  await deliverReports(reports, prepared, invocation);
  const incomplete = settings['require-complete'] && reports.some(({ coverage }) => !coverage.complete);
  return incomplete ? exitStatus.incomplete : exitStatus.done;
}

export const command: Command = {
  name: 'sbom',
  summary: 'Write a bill of materials: CycloneDX or SPDX.',
  description:
    'Reads the image and judges nothing: no advisories and no network are needed. IMAGE is the same as for scan; a bill of materials is written anew in the other format. "drydock scan sbom:FILE" judges it.',
  arguments: [{ name: 'image', description: 'what to read', offers: 'files' }],
  options: ['format', 'output', 'require-complete', ...readingOptionNames],
  formats: sbomFormats,
  examples: [
    'drydock sbom image.tar > image.cdx.json',
    'drydock sbom debian:12 -f spdx',
    'drydock sbom image.tar -f cyclonedx-1.7',
  ],
  run,
};
