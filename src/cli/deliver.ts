import type { Settings } from '../config/options.ts';
import type { ErrorCode } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { escapeText } from '../report/escape.ts';
import { filterReport, gatedFindings } from '../report/filters.ts';
import type { Format, RenderOptions } from '../report/format.ts';
import type { Invocation } from './command.ts';
import { exitStatusOf, type ReportOutcome } from './exit-status.ts';
import { writeOutputFile } from './output-file.ts';
import { shownPath } from './policy-file.ts';
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
  formats: readonly Format[],
  invocation: Invocation,
): Promise<readonly Report[]> {
  const { io } = invocation;
  const { settings } = invocation.configuration;
  const filter = { severities: settings.severity, ignoreUnfixed: settings['ignore-unfixed'] };
  const reports = all.map((report) => filterReport(report, filter));
  const options: RenderOptions = {
    ...renderOptions(invocation),
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
    const format = formats.find((f) => f.id === id)!;
    const text = made.get(id) ?? format.render(reports, how);
    if (format.steady === true) made.set(id, text);
    return text;
  };
  const width = textWidth({ isTerminal: false, columns: undefined }, io.environment);
  const failures: unknown[] = [];
  for (const { file, format } of settings.output) {
    try {
      await writeOutputFile(file, render(format, { ...options, width, colour: false }), io.signal);
      io.atEnd(`${format} written to ${escapeText(shownPath(file, io.folder))}`);
    } catch (error) {
      if (io.signal.aborted) throw error;
      failures.push(error);
    }
  }
  if (!settings.output.some(({ instead }) => instead)) await io.stdout.write(render(settings.format, options));
  if (failures.length > 0) throw failures[0];
  return reports;
}

function outcomeOf(report: Report): ReportOutcome {
  const { endOfLife } = report.image.distribution ?? {};
  return {
    shown: gatedFindings(report).map(({ severity }) => severity),
    incomplete: !report.coverage.complete,
    advisoriesMissing: report.problems.some(
      ({ code }) => code === 'advisories.missing' || code === 'advisories.starter',
    ),
    endOfLife: endOfLife !== undefined && endOfLife < (report.asOf ?? report.createdAt).slice(0, 10),
  };
}

/** The exit status of a scan: what was shown, and what went wrong with other images. */
export function scanStatus(shown: readonly Report[], errors: readonly ErrorCode[], settings: Settings): number {
  return exitStatusOf({
    errors,
    reports: shown.map(outcomeOf),
    policy: {
      failOn: settings['fail-on'],
      exitCode: settings['exit-code'],
      exitOnEol: settings['exit-on-eol'],
      requireComplete: settings['require-complete'],
    },
  });
}
