import { UsageError } from '../../errors.ts';
import { type VexForm, vexForms } from '../../formats/vex/write.ts';
import type { Command, Invocation } from '../command.ts';
import { readingOptionNames } from '../reading-options.ts';
import { currentTime } from '../scan-context.ts';
import { reportsOf } from '../subject-reports.ts';
import { toolVersion } from '../tool-version.ts';

async function create(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  const [word = ''] = words;
  const { author, product } = settings;
  if (author === undefined) throw new UsageError('usage.option', 'who makes the statements? Say it by --author.');
  if ((settings.format as string) === 'csaf' && !/<https?:\/\/[^<>\s]+>$/.test(author)) {
    throw new UsageError(
      'usage.option',
      'CSAF wants an address of its author: --author "Example Ltd <https://example.com>".',
    );
  }
  if (product !== undefined && !/^pkg:[a-z0-9.+-]+\/./i.test(product)) {
    throw new UsageError('usage.option', `--product: a package URL is expected, not ${JSON.stringify(product)}.`);
  }
  const [{ createVex }, { writeVex }] = await Promise.all([
    import('../../policy/create-vex.ts'),
    import('../../formats/vex/write.ts'),
  ]);
  const reports = await reportsOf(word, invocation);
  const [report] = reports;
  if (report === undefined || reports.length > 1) {
    throw new UsageError('usage.option', `${word} stands for ${reports.length} images; name a --platform.`);
  }
  const timestamp = currentTime(io.environment).toISOString().replace('.000Z', 'Z');
  const vex = createVex(report, { author, timestamp, ...(product !== undefined && { product }) });
  if (vex.statements.length === 0)
    io.log.warn({}, 'the policy accepts no vulnerability of the image: no statement was made');
  const form = vexForms.find((one): one is VexForm => one === (settings.format as string)) ?? 'openvex';
  await io.stdout.write(writeVex(vex, form, { version: toolVersion }));
  return 0;
}

const createCommand: Command = {
  name: 'create',
  summary: 'Write what the policy accepts as statements: OpenVEX, CSAF or CycloneDX.',
  description:
    'An entry with a justification becomes not_affected, one without it affected, with what was decided: an accepted risk is still one.',
  arguments: [{ name: 'image', description: 'as for scan, or a report in JSON', offers: 'files' }],
  options: [
    'format',
    'author',
    'product',
    'image-name',
    'policy',
    'no-policy',
    'checks',
    'rules',
    'db',
    'mirror',
    ...readingOptionNames,
  ],
  formats: vexForms,
  examples: ['drydock vex create image.tar --author "Example Ltd" >image.openvex.json'],
  run: create,
};

export const command: Command = {
  name: 'vex',
  summary: 'Make statements on the exploitability of vulnerabilities.',
  arguments: [],
  options: [],
  commands: [createCommand],
};
