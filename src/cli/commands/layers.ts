import { exitStatus } from '../../errors.ts';
import { isIncomplete } from '../../model/problem.ts';
import type { Command, Invocation } from '../command.ts';
import { renderOptions } from '../deliver.ts';
import { readingOptionNames, readingOptions } from '../reading-options.ts';
import { makeScanContext } from '../scan-context.ts';
import { checkStandardInput } from '../standard-input.ts';

async function run(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  checkStandardInput(words, io);
  const [{ views }, { ecosystems }, { withDialer }, { buildLayersReport }, { renderLayersJson, renderLayersTable }] =
    await Promise.all([
      import('../../scan.ts'),
      import('../../ecosystems/index.ts'),
      import('../with-dialer.ts'),
      import('../../report/layers-report.ts'),
      import('../../report/layers-table.ts'),
    ]);
  const context = makeScanContext(invocation);
  const reports = await withDialer(invocation, async (dialer) => {
    const options = { ecosystems, checks: [], ...readingOptions(invocation, context, dialer) };
    const made = [];
    for await (const { view } of views(words[0]!, options, context)) made.push(buildLayersReport(view));
    return made;
  });
  const [first] = reports;
  if (settings.format === 'table') {
    const how = renderOptions(invocation);
    await io.stdout.write(reports.map((report) => renderLayersTable(report, how)).join('\n'));
  } else if (reports.length === 1 && first !== undefined) {
    await io.stdout.write(renderLayersJson(first));
  } else {
    await io.stdout.write((await import('../../report/json.ts')).jsonText({ schemaVersion: 1, reports }));
  }
  const incomplete = settings['require-complete'] && reports.some(({ problems }) => problems.some(isIncomplete));
  return incomplete ? exitStatus.incomplete : exitStatus.done;
}

export const command: Command = {
  name: 'layers',
  summary: 'Show the packages that every layer of an image added, changed and removed.',
  description:
    'Reads the image and judges nothing: no advisories and no network are needed. IMAGE is the same as for scan.',
  arguments: [{ name: 'image', description: 'what to read', offers: 'files' }],
  options: ['format', 'require-complete', ...readingOptionNames],
  formats: ['table', 'json'],
  examples: ['drydock layers image.tar', 'drydock layers image.tar -f json'],
  run,
};
