import path from 'node:path';
import { isRegression, type ReportDiff } from '../../diff/report-diff.ts';
import { AdvisoriesError, UsageError } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { LayerInfo } from '../../model/image.ts';
import type { Report } from '../../model/report.ts';
import type { Command, Invocation } from '../command.ts';
import { areAdvisoriesMissing, gateStatus, renderOptions } from '../deliver.ts';
import { checkImageName, readingOptionNames } from '../reading-options.ts';
import { readReportFile } from '../report-file.ts';
import { currentTime, momentOf } from '../scan-context.ts';
import { selectChecks } from '../select-checks.ts';
import { checkStandardInput } from '../standard-input.ts';

async function run(invocation: Invocation): Promise<number> {
  const { words, io } = invocation;
  checkStandardInput(words, io);
  const [before, after] = await sides(invocation);
  const [{ diffReports }, rejudged] = await Promise.all([
    import('../../diff/report-diff.ts'),
    rejudge(before, after, invocation),
  ]);
  const diff = diffReports(before, after, rejudged);
  await io.stdout.write(await render(diff, invocation));
  const stopped = diff.findings.filter(isRegression).map(({ after: finding }) => finding!.severity);
  const outcome = {
    shown: stopped,
    incomplete: !before.coverage.complete || !after.coverage.complete,
    advisoriesMissing: areAdvisoriesMissing(before) || areAdvisoriesMissing(after),
    endOfLife: false,
  };
  return gateStatus({ reports: [outcome] }, invocation);
}

async function sides(invocation: Invocation): Promise<readonly [Report, Report]> {
  const { words, configuration, io } = invocation;
  const { since } = configuration.settings;
  const [first = '', second] = words;
  if (since === undefined) {
    if (second === undefined) {
      throw new UsageError('usage.option', 'diff needs two images or reports, or one image and --since DAY.');
    }
    const files = [await reportOf(first, invocation), await reportOf(second, invocation)] as const;
    checkImageName(
      words.filter((_, index) => files[index] === undefined),
      configuration,
    );
    return [files[0] ?? (await scanned(first, invocation)), files[1] ?? (await scanned(second, invocation))];
  }
  if (second !== undefined) {
    throw new UsageError(
      'usage.option',
      '--since compares one image on two days: name one image, or leave --since out.',
    );
  }
  momentOf(since, currentTime(io.environment), '--since');
  const settings = { ...configuration.settings, 'as-of': since };
  const then = { ...invocation, configuration: { ...configuration, settings } };
  const file = await reportOf(first, invocation);
  return file === undefined ? [await scanned(first, then), await scanned(first, invocation)] : [file, file];
}

async function reportOf(word: string, { io }: Invocation): Promise<Report | undefined> {
  const file = await readReportFile(path.resolve(io.folder, word), word);
  return file && only(file, word);
}

async function scanned(word: string, invocation: Invocation): Promise<Report> {
  const [{ supplyAdvisories }, { scanImages }, { checks }] = await Promise.all([
    import('../advisory-supply.ts'),
    import('../scan-images.ts'),
    import('../../checks/index.ts'),
  ]);
  const selection = selectChecks(invocation.configuration.settings, checks);
  const { reports } = await scanImages([word], selection, supplyAdvisories, invocation);
  return only(reports, word);
}

function only(reports: readonly Report[], word: string): Report {
  const [report, ...others] = reports;
  if (report !== undefined && others.length === 0) return report;
  throw new UsageError(
    'usage.option',
    `${JSON.stringify(word)} stands for ${reports.length} images, and two single ones are compared. Name a --platform.`,
  );
}

/**
 * What the packages of `before` have by the advisories of `after`: those of the database, where it can answer for the
 * same generation. Undefined where that cannot be known.
 */
async function rejudge(before: Report, after: Report, invocation: Invocation): Promise<readonly Finding[] | undefined> {
  // Both by the same data: what the packages of before have by it was found already.
  if (isSameData(before, after)) return before.findings;
  const { advisories } = after;
  if (advisories.starter || advisories.generation === undefined) return undefined;
  const [{ openAdvisories }, { databaseOf }, { matchPackages }, { ecosystems }] = await Promise.all([
    import('../../advisories/database.ts'),
    import('../advisory-supply.ts'),
    import('../../match/match.ts'),
    import('../../ecosystems/index.ts'),
  ]);
  const { settings } = invocation.configuration;
  const asOf = new Date(advisories.builtAt ?? Number.NaN);
  if (Number.isNaN(asOf.getTime())) return undefined;
  try {
    const database = await openAdvisories(databaseOf(settings, invocation.io.environment), { asOf });
    try {
      const { generation, builtAt } = database.status();
      if (generation !== advisories.generation || builtAt !== advisories.builtAt) return undefined;
      const { image, packages } = before;
      const view = {
        image: { layers: image.layers as readonly LayerInfo[] },
        packages,
        ...(image.distribution !== undefined && { distribution: image.distribution }),
      };
      // As the reports were made: findings of lockfiles are to be compared with their like.
      const lockfiles = [before, after].some(judgesLockfiles);
      return matchPackages(view, ecosystems, database, { lockfiles }).findings;
    } finally {
      database.close();
    }
  } catch (error) {
    // The comparison stands without it: causes that could be told by it are not known then.
    if (!(error instanceof AdvisoriesError)) throw error;
    invocation.io.log.info({ failure: error.message }, 'the packages of before could not be judged again');
    return undefined;
  }
}

/** Nothing else that a package has is that uncertain. */
function judgesLockfiles({ findings }: Report): boolean {
  return findings.some(({ package: pkg, confidence }) => pkg !== undefined && confidence === 'low');
}

function isSameData(one: Report, other: Report): boolean {
  const [a, b] = [one.advisories, other.advisories];
  if (one.asOf !== other.asOf || a.starter !== b.starter) return false;
  // The starter set is a part of the program.
  if (a.starter) return one.tool.version === other.tool.version;
  return a.generation !== undefined && a.generation === b.generation && a.builtAt === b.builtAt;
}

async function render(diff: ReportDiff, invocation: Invocation): Promise<string> {
  const { format } = invocation.configuration.settings;
  if (format === 'markdown') return (await import('../../report/diff-markdown.ts')).renderDiffMarkdown(diff);
  if (format === 'json') return (await import('../../report/json.ts')).jsonText(diff);
  return (await import('../../report/diff-table.ts')).renderDiffTable(diff, renderOptions(invocation));
}

export const command: Command = {
  name: 'diff',
  summary: 'Tell what differs between two images, two reports or two days, and why.',
  description:
    'BEFORE and AFTER are images, as for scan, or reports in JSON. Whatever came, went or became graver is told with its cause: the image changed, the advisories know more, a severity was raised, a suppression ended. With --since one image is judged as of two days.',
  arguments: [
    { name: 'before', description: 'an image or a report', offers: 'files' },
    { name: 'after', description: 'an image or a report', optional: true, offers: 'files' },
  ],
  options: [
    'format',
    'since',
    'as-of',
    'fail-on',
    'exit-code',
    'checks',
    'rules',
    'image-name',
    'policy',
    'no-policy',
    'allow-licences',
    'deny-licences',
    'vex',
    'vex-repository',
    'require-complete',
    'allow-incomplete',
    'db',
    'mirror',
    ...readingOptionNames,
  ],
  formats: ['table', 'json', 'markdown'],
  examples: [
    'drydock diff app:1.0 app:1.1',
    'drydock diff yesterday.json image.tar --fail-on high',
    'drydock diff image.tar --since 2026-01-31',
  ],
  run,
};
