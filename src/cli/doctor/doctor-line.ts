/**
 * How something is. `failed`: it does not do what it should, so that scans miss findings or cannot run. `attention`: it
 * works, and somebody should look at it. `absent`: it is not installed or was not asked for, which is no fault.
 */
export const lineStates = ['ok', 'attention', 'absent', 'failed'] as const;

export type LineState = (typeof lineStates)[number];

/** What lines are about, in the order in which they stand. */
export const lineGroups = ['engines', 'data', 'machine'] as const;

/** What `drydock doctor` says of one thing. */
export interface DoctorLine {
  /** `webshell-model`; the same in every version. */
  readonly id: string;
  readonly group: (typeof lineGroups)[number];
  readonly title: string;
  readonly state: LineState;
  /** What was seen: one sentence without a full stop, or a few words. */
  readonly detail: string;
  /** What to do; absent where there is nothing to do. */
  readonly advice?: string;
}
