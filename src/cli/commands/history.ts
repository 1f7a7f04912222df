import { exitStatus, UsageError } from '../../errors.ts';
import { type Check, isFinding } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import { isIncomplete, type Problem } from '../../model/problem.ts';
import type { ImageView } from '../../model/view.ts';
import type { HistoryReport } from '../../report/history-report.ts';
import { openBaseImages } from '../base-images.ts';
import type { Command, Invocation } from '../command.ts';
import { renderOptions } from '../deliver.ts';
import { readingOptionNames, readingOptions } from '../reading-options.ts';
import { makeScanContext } from '../scan-context.ts';
import { checkStandardInput } from '../standard-input.ts';

/** Checks that look at how an image was made. Of secrets those of its texts: files are not searched. */
const CHECKS: ReadonlySet<string> = new Set(['configuration', 'history', 'secrets']);

async function run(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  checkStandardInput(words, io);
  const limits = limitsOf(invocation);
  const [{ views, withBase }, { ecosystems }, { checks }, { withDialer }, { buildHistoryReport }] = await Promise.all([
    import('../../scan.ts'),
    import('../../ecosystems/index.ts'),
    import('../../checks/index.ts'),
    import('../with-dialer.ts'),
    import('../../report/history-report.ts'),
  ]);
  const context = makeScanContext(invocation);
  const chosen = checks.filter(({ id }) => CHECKS.has(id));
  const reports = await withDialer(invocation, async (dialer) => {
    const options = { ecosystems, checks: chosen, ...readingOptions(invocation, context, dialer) };
    const bases = openBaseImages(invocation, false);
    const made: HistoryReport[] = [];
    for await (const image of views(words[0]!, options, context)) {
      const view = withBase(image.view, { bases });
      const { findings, problems } = await judge(view, chosen, context.now);
      made.push(buildHistoryReport(view, findings, [...view.problems, ...problems, ...bases.problems]));
    }
    return made;
  });
  await write(reports, invocation);
  const failed = reports.flatMap((report) => exceeded(report, limits));
  for (const message of failed) await io.stderr.write(`drydock: ${message}\n`);
  if (settings['require-complete'] && reports.some(({ problems }) => problems.some(isIncomplete))) {
    return exitStatus.incomplete;
  }
  return failed.length > 0 ? exitStatus.findings : exitStatus.done;
}

async function judge(
  view: ImageView,
  checks: readonly Check[],
  now: Date,
): Promise<{ readonly findings: readonly Finding[]; readonly problems: readonly Problem[] }> {
  const findings: Finding[] = [];
  const problems: Problem[] = [];
  for (const check of checks) {
    for await (const said of check.judge.judge(view, { now })) {
      if (isFinding(said)) findings.push(said);
      else problems.push(said);
    }
  }
  return { findings, problems };
}

async function write(reports: readonly HistoryReport[], invocation: Invocation): Promise<void> {
  const { configuration, io } = invocation;
  const [{ renderHistoryDockerfile, renderHistoryJson, renderHistoryTable }, { jsonText }] = await Promise.all([
    import('../../report/history-table.ts'),
    import('../../report/json.ts'),
  ]);
  const [first] = reports;
  switch (configuration.settings.format) {
    case 'table': {
      const how = renderOptions(invocation);
      await io.stdout.write(reports.map((report) => renderHistoryTable(report, how)).join('\n'));
      return;
    }
    case 'dockerfile':
      await io.stdout.write(reports.map(renderHistoryDockerfile).join('\n'));
      return;
    default:
      await io.stdout.write(
        reports.length === 1 && first !== undefined
          ? renderHistoryJson(first)
          : jsonText({ schemaVersion: 1, reports }),
      );
  }
}

/** From which values on an image fails. */
interface EfficiencyLimits {
  readonly lowestEfficiency?: number;
  readonly highestWastedBytes?: number;
  readonly highestUserWastedPercent?: number;
}

function limitsOf({ configuration: { settings } }: Invocation): EfficiencyLimits {
  const lowest = settings['lowest-efficiency'];
  const bytes = settings['highest-wasted-bytes'];
  const percent = settings['highest-user-wasted-percent'];
  return {
    ...(lowest !== undefined && { lowestEfficiency: share('lowest-efficiency', lowest) }),
    ...(bytes !== undefined && { highestWastedBytes: size('highest-wasted-bytes', bytes) }),
    ...(percent !== undefined && { highestUserWastedPercent: share('highest-user-wasted-percent', percent) }),
  };
}

/** `0.9`, `90%`. */
function share(option: string, text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const value = found === null ? Number.NaN : Number(found[1]) / (found[2] === '%' ? 100 : 1);
  if (value >= 0 && value <= 1) return value;
  throw new UsageError('usage.option', `--${option}: ${text} is no share: write 0.9 or 90%.`);
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** `20MB`, `1.5GiB`, `4096`. */
function size(option: string, text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b?)$/i.exec(text.trim());
  const unit = found === null ? undefined : units[(found[2] ?? '').toLowerCase()];
  if (found !== null && unit !== undefined) return Number(found[1]) * unit;
  throw new UsageError('usage.option', `--${option}: ${text} is no size: write 20MB, 1.5GiB or a number of bytes.`);
}

function exceeded({ image, efficiency }: HistoryReport, limits: EfficiencyLimits): readonly string[] {
  const { lowestEfficiency: lowest, highestWastedBytes: bytes, highestUserWastedPercent: percent } = limits;
  const messages: string[] = [];
  if (lowest !== undefined && efficiency.score < lowest) {
    messages.push(
      `${image.reference}: the efficiency is ${efficiency.score.toFixed(4)}, below ${lowest} (--lowest-efficiency)`,
    );
  }
  if (bytes !== undefined && efficiency.wasted > bytes) {
    messages.push(
      `${image.reference}: ${efficiency.wasted} bytes are wasted, more than ${bytes} (--highest-wasted-bytes)`,
    );
  }
  if (percent !== undefined && efficiency.userWastedShare > percent) {
    messages.push(
      `${image.reference}: ${efficiency.userWastedShare.toFixed(4)} of what is above the first layer is wasted, more than ${percent} (--highest-user-wasted-percent)`,
    );
  }
  return messages;
}

export const command: Command = {
  name: 'history',
  summary: 'Show how an image was made: its instructions, what each added, and what is wrong with it.',
  description:
    'Rebuilds the build file as far as the image allows, with what every instruction added, changed and hid, and the secrets that its texts have. No advisories and no network are needed. IMAGE is the same as for scan. Where the base image is known ("drydock base"), it tells which instructions are those of the base. With limits of efficiency, as dive has them, the exit status is 1 where the image does not keep them. What is wrong does not change it: "drydock scan --checks configuration,history,secrets --fail-on SEVERITY" is for that, which also knows what a policy accepts.',
  arguments: [{ name: 'image', description: 'what to read', offers: 'files' }],
  options: [
    'format',
    'lowest-efficiency',
    'highest-wasted-bytes',
    'highest-user-wasted-percent',
    'require-complete',
    ...readingOptionNames,
  ],
  formats: ['table', 'json', 'dockerfile'],
  examples: [
    'drydock history image.tar',
    'drydock history nginx:latest -f dockerfile',
    'drydock history image.tar --lowest-efficiency 0.9 --highest-wasted-bytes 20MB',
  ],
  run,
};
