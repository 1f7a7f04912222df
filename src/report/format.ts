import type { FindingKind } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { SortOrder } from './priority.ts';

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
}

/** A form in which reports are written: one file and one line in report/index.ts. */
export interface Format {
  /** Its word in `--format`. */
  readonly id: string;
  readonly title: string;
  /** Kinds of findings that it has a place for; absent: all. */
  readonly findingKinds?: readonly FindingKind[];
  /** Its text is the same in a file and on a terminal: made once for both. */
  readonly steady?: true;
  /** Text for one report or several; it ends in a line feed. */
  render(reports: readonly Report[], options: RenderOptions): string;
}
