/**
 * How something is. `failed`: it does not do what it should, so that scans miss findings or cannot run. `attention`: it
 * works, and somebody should look at it. `absent`: it is not installed or was not asked for, which is no fault.
 */
export type LineState = 'ok' | 'attention' | 'absent' | 'failed';

/** What `drydock doctor` says of one thing. */
export interface DoctorLine {
  /** `advisories`; the same in every version. */
  readonly id: string;
  readonly title: string;
  readonly state: LineState;
  /** What was seen: one sentence without a full stop, or a few words. */
  readonly detail: string;
  /** What to do; absent where there is nothing to do. */
  readonly advice?: string;
}
