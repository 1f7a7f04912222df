import path from 'node:path';
import { reportFormats } from '../../config/options.ts';
import { UsageError } from '../../errors.ts';
import type { ReportDocument } from '../../report/read-report.ts';
import type { Command, Invocation } from '../command.ts';
import { deliverReports, scanStatus } from '../deliver.ts';
import { checkOutputs } from '../output-conflicts.ts';
import { prepareFormats } from '../report-formats.ts';
import { checkStandardInput } from '../standard-input.ts';

const PIPED = 'standard input';

async function run(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  checkStandardInput(words, io, 'Pipe a report into "drydock convert -".');
  checkOutputs(settings.output, words, io.folder);
  const prepared = await prepareFormats(invocation);
  const documents: ReportDocument[] = [];
  for (const word of words) documents.push(await read(word, invocation));
  const reports = documents.flatMap((document) => document.reports);
  const several = documents.some((document) => document.several);
  const options = { ...prepared.options, ...(several && { several }) };
  const shown = await deliverReports(reports, { ...prepared, options }, invocation);
  return scanStatus(shown, [], invocation);
}

async function read(word: string, { io }: Invocation): Promise<ReportDocument> {
  const [{ notAReport, readReportText, readPipedReport }, { readWholeReports }] = await Promise.all([
    import('../report-file.ts'),
    import('../../report/checked-report.ts'),
  ]);
  if (word === '-') return readWholeReports(await readPipedReport(process.stdin, PIPED, io.signal), PIPED);
  const file = path.resolve(io.folder, word);
  const text = await readReportText(file, word);
  if (text !== undefined) return readWholeReports(text, word);
  throw new UsageError('usage.option', `${notAReport(file, word)}. "drydock scan IMAGE -f json" writes one.`);
}

export const command: Command = {
  name: 'convert',
  summary: 'Write a report in other formats, without scanning again.',
  description:
    'REPORT is what "drydock scan -f json" wrote, of one image or of several; - is standard input. What is to be shown can be narrowed as in a scan, and --fail-on judges it. The exit statuses are those of a scan.',
  arguments: [{ name: 'report', several: true, description: 'a report in JSON', offers: 'files' }],
  options: [
    'format',
    'output',
    'template',
    'severity',
    'ignore-unfixed',
    'fail-on',
    'exit-code',
    'exit-on-eol',
    'sort',
    'show-suppressed',
    'explain-vex',
    'list-packages',
    'require-complete',
    'allow-incomplete',
  ],
  formats: reportFormats,
  examples: [
    'drydock convert report.json',
    'drydock convert report.json -f sarif -o html=report.html -o junit=report.xml',
    'drydock scan image.tar -f json | drydock convert - -f markdown',
  ],
  run,
};
