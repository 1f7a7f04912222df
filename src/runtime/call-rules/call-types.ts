/**
 * Names of calls for which a condition may hold: those of `names`, or all but those. A rule is asked about these alone.
 */
export interface CallTypes {
  readonly all: boolean;
  /** With `all`: the exceptions. */
  readonly names: ReadonlySet<string>;
}

export const everyCall: CallTypes = { all: true, names: new Set() };
export const noCall: CallTypes = { all: false, names: new Set() };

export function someCalls(names: Iterable<string>): CallTypes {
  return { all: false, names: new Set(names) };
}

export function otherCalls({ all, names }: CallTypes): CallTypes {
  return { all: !all, names };
}

export function bothCalls(a: CallTypes, b: CallTypes): CallTypes {
  if (a.all && b.all) return { all: true, names: a.names.union(b.names) };
  if (a.all) return { all: false, names: b.names.difference(a.names) };
  if (b.all) return { all: false, names: a.names.difference(b.names) };
  return { all: false, names: a.names.intersection(b.names) };
}

export function eitherCalls(a: CallTypes, b: CallTypes): CallTypes {
  return otherCalls(bothCalls(otherCalls(a), otherCalls(b)));
}

export function includesCall({ all, names }: CallTypes, name: string): boolean {
  return names.has(name) !== all;
}

/** Calls that do the same as one that rules know by its older name, and what is no call but an event of Falco. */
const known: Readonly<Record<string, string>> = {
  fchmodat2: 'fchmodat',
  exit: 'procexit',
  signal: 'signaldeliver',
  umount2: 'umount',
};

/** A call's name as `evt.type` has it. */
export function callType(call: string): string {
  return known[call] ?? call;
}
