import { type ErrorCode, exitStatus, UsageError } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import { isIncomplete, type ProblemCode } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { escapeText } from '../report/escape.ts';
import { filterReport, gatedFindings } from '../report/filters.ts';
import type { RenderOptions } from '../report/format.ts';
import { countWords, listWords } from '../report/words.ts';
import type { Invocation } from './command.ts';
import { exitStatusOf, type Outcome, type ReportOutcome } from './exit-status.ts';
import { writeOutputFile } from './output-file.ts';
import { shownPath } from './policy-file.ts';
import { ofOneImage, type PreparedFormats } from './report-formats.ts';
import { textWidth, wantsColor } from './ui/streams.ts';

/** How text is to look on standard output. */
export function renderOptions({ configuration, io }: Invocation): Pick<RenderOptions, 'width' | 'colour' | 'program'> {
  const { color } = configuration.settings;
  return {
    width: textWidth(io.stdout, io.environment),
    program: io.program,
    colour: wantsColor({ asked: color, isTerminal: io.stdout.isTerminal, environment: io.environment }),
  };
}

/**
 * Shows reports as the user wants them: to the files first, since standard output may be a pipe that closes.
 * @throws DrydockError `output.not-writable`, after everything else was written: a long scan was not for nothing.
 */
export async function deliverReports(
  all: readonly Report[],
  prepared: PreparedFormats,
  invocation: Invocation,
): Promise<readonly Report[]> {
  const { io } = invocation;
  const { settings } = invocation.configuration;
  const filter = { severities: settings.severity, ignoreUnfixed: settings['ignore-unfixed'] };
  const reports = all.map((report) => filterReport(report, filter));
  const options: RenderOptions = {
    ...renderOptions(invocation),
    ...prepared.options,
    listPackages: settings['list-packages'],
    sort: settings.sort,
    showSuppressed: settings['show-suppressed'],
    explainVex: settings['explain-vex'],
    // Who scans two images gets the same form, also when one of them cannot be read.
    ...(invocation.words.length > 1 && { several: true }),
    hidden: all.map((report, i) => report.findings.length - reports[i]!.findings.length),
  };
  const made = new Map<string, string>();
  const render = (id: string, how: RenderOptions): string => {
    const format = prepared.formats.find((f) => f.id === id)!;
    if (format.single === true && reports.length > 1) throw new UsageError('usage.option', ofOneImage(id));
    const text = made.get(id) ?? (format.nothing?.(reports) === undefined ? format.render(reports, how) : '');
    if (format.steady === true) made.set(id, text);
    return text;
  };
  const width = textWidth({ isTerminal: false, columns: undefined }, io.environment);
  const failures: unknown[] = [];
  for (const { file, format } of settings.output) {
    try {
      await writeOutputFile(file, render(format, { ...options, width, colour: false }), io.signal);
      io.atEnd(
        `${format} written to ${escapeText(shownPath(file, io.folder))}${leftOut(format, prepared, reports, options)}`,
      );
    } catch (error) {
      if (io.signal.aborted) throw error;
      failures.push(error);
    }
  }
  if (!settings.output.some(({ instead }) => instead)) {
    await io.stdout.write(render(settings.format, options));
    const left = leftOut(settings.format, prepared, reports, options);
    if (left !== '') io.atEnd(`${settings.format} written${left}`);
  }
  if (failures.length > 0) throw failures[0];
  return reports;
}

/** What a format has no place for is said: nobody shall take its silence for a clean image. */
function leftOut(
  id: string,
  { formats }: PreparedFormats,
  reports: readonly Report[],
  { showSuppressed = false }: RenderOptions,
): string {
  const format = formats.find((one) => one.id === id);
  const { findingKinds: kinds, withoutProblems = false, withoutAccepted = false, nothing } = format ?? {};
  const findings = reports.flatMap((report) => report.findings);
  const isOfFormat = ({ kind }: Finding): boolean => kinds?.includes(kind) ?? true;
  const counts = Map.groupBy(
    findings.filter((finding) => !isOfFormat(finding)),
    ({ kind }) => kind,
  );
  const accepted =
    withoutAccepted && showSuppressed
      ? findings.filter((finding) => isOfFormat(finding) && finding.suppressed !== undefined).length
      : 0;
  const lost = withoutProblems ? reports.flatMap(({ problems }) => problems.filter(isIncomplete)).length : 0;
  const words = [
    ...[...counts].map(([kind, { length }]) => countWords(length, kind, kind)),
    ...(accepted === 0 ? [] : [`${countWords(accepted, 'finding')} that ${accepted === 1 ? 'is' : 'are'} accepted`]),
    ...(lost === 0 ? [] : [`${countWords(lost, 'thing')} that could not be read or judged`]),
  ];
  const reason = nothing?.(reports);
  const empty = reason === undefined ? '' : `, empty: ${reason.replace(/\.$/, '')}`;
  return words.length === 0 ? empty : `${empty}, without what it has no place for: ${listWords(words, words.length)}`;
}

const missing = new Set<ProblemCode>(['advisories.missing', 'advisories.starter', 'advisories.namespace-missing']);

/** Whether a report has packages that could not be judged for want of advisories. */
export function areAdvisoriesMissing({ packages, problems }: Report): boolean {
  return packages.length > 0 && problems.some(({ code }) => missing.has(code));
}

function outcomeOf(report: Report): ReportOutcome {
  const { endOfLife } = report.image.distribution ?? {};
  return {
    shown: gatedFindings(report).map(({ severity }) => severity),
    incomplete: !report.coverage.complete,
    advisoriesMissing: areAdvisoriesMissing(report),
    endOfLife: endOfLife !== undefined && endOfLife < (report.asOf ?? report.createdAt).slice(0, 10),
  };
}

/**
 * The exit status of a scan: what was shown, and what went wrong with other images.
 * @param baseline whether the reports were compared with another
 */
export function scanStatus(
  shown: readonly Report[],
  errors: readonly ErrorCode[],
  invocation: Invocation,
  baseline = false,
): number {
  return gateStatus({ errors, reports: shown.map(outcomeOf) }, invocation, baseline);
}

/** The exit status by the options that ask for one. Says why where advisories are missing. */
export function gateStatus(
  outcome: Omit<Outcome, 'policy'>,
  { configuration, io }: Invocation,
  baseline = false,
): number {
  const { settings } = configuration;
  const policy = {
    failOn: settings['fail-on'],
    exitCode: settings['exit-code'],
    exitOnEol: settings['exit-on-eol'],
    baseline,
    requireComplete: settings['require-complete'],
    allowIncomplete: settings['allow-incomplete'],
  };
  const status = exitStatusOf({ ...outcome, policy });
  const isMissing = outcome.reports?.some(({ advisoriesMissing }) => advisoriesMissing) === true;
  if (status === exitStatus.advisories && isMissing && !policy.requireComplete) {
    io.error(
      'Advisories are missing, so packages could not be judged. Run "' +
        `${io.program} db update", or give --allow-incomplete to judge by what was found.`,
    );
  }
  return status;
}
