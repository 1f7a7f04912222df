import type { FindingKind } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { SortOrder } from './priority.ts';

/**
 * Variables that formats want to know: where the scan runs, so that the service that reads the report finds its place.
 * No others go into a report.
 */
export const reportVariables = [
  'GITHUB_JOB',
  'GITHUB_REF',
  'GITHUB_REPOSITORY',
  'GITHUB_RUN_ID',
  'GITHUB_SERVER_URL',
  'GITHUB_SHA',
  'GITHUB_WORKFLOW',
] as const;

export type ReportVariable = (typeof reportVariables)[number];

/** A form that a user wrote. */
export interface ReportTemplate {
  /** Its path, for messages; its name says what is escaped (template-escaping.ts). */
  readonly name: string;
  readonly text: string;
}

/** How a report is to be shown. */
export interface RenderOptions {
  /** Columns of the terminal; text formats keep to them. */
  readonly width: number;
  readonly colour: boolean;
  /** What the program is called where the text is read: `./drydock`; `drydock` where it is absent. */
  readonly program?: string;
  /** Adds the list of all packages. */
  readonly listPackages?: boolean;
  /** Shows findings that a policy suppresses, instead of only counting them. */
  readonly showSuppressed?: boolean;
  /** Names every VEX statement that says nothing of the image, with the reason. */
  readonly explainVex?: boolean;
  /** Order of vulnerabilities in a text; absent: by priority. */
  readonly sort?: SortOrder;
  /** More than one image was asked for, however many reports came of them. */
  readonly several?: boolean;
  /** Findings that filters left out of the reports, in the order of the reports; a text says how many. */
  readonly hidden?: readonly number[];
  /** Those that are set. */
  readonly variables?: Readonly<Partial<Record<ReportVariable, string>>>;
  /** That of `--template`. */
  readonly template?: ReportTemplate;
}

/** A form in which reports are written: one file and one line in report/index.ts. */
export interface Format {
  /** Its word in `--format`. */
  readonly id: string;
  readonly title: string;
  /** Kinds of findings that it has a place for; absent: all. */
  readonly findingKinds?: readonly FindingKind[];
  /** It has no place for what could not be read or judged. */
  readonly withoutProblems?: true;
  /** It has no place for what is accepted, so that it would look open: not even where it is asked for. */
  readonly withoutAccepted?: true;
  /** Its text is the same in a file and on a terminal: made once for both. */
  readonly steady?: true;
  /** A document of it is of one image: several would be no document. */
  readonly single?: true;
  /** What it lacks, as a sentence: asked before a scan begins, so that none is made for nothing. */
  missing?(options: Pick<RenderOptions, 'variables' | 'template'>): string | undefined;
  /** Why no document of it can tell these reports, as a sentence: then there is none, and `render` is not asked. */
  nothing?(reports: readonly Report[]): string | undefined;
  /** Text for one report or several; it ends in a line feed. */
  render(reports: readonly Report[], options: RenderOptions): string;
}
