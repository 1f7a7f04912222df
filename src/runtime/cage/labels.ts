import { randomBytes } from 'node:crypto';
import { ownOwner } from './owner.ts';

/** On all that a run makes: which run, by whom, and until when (milliseconds since 1970). */
export const runLabel = 'drydock.run';
export const ownerLabel = 'drydock.owner';
export const expiresLabel = 'drydock.expires';

/** A name for a run that no other has. */
export function newRunId(): string {
  return randomBytes(8).toString('hex');
}

/** Whether a label is one that {@link newRunId} made. */
export function isRunId(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{16}$/.test(text);
}

/**
 * The name of an object of a run: `drydock-RUN-cage`. Containers inherit the labels of their image, which anybody can
 * write, so labels alone prove nothing: what has no such name is not ours.
 */
export function objectName(run: string, what: string): string {
  return `drydock-${run}-${what}`;
}

/** The run that a name of {@link objectName} says; undefined for any other. */
export function runOfName(name: string): string | undefined {
  return /^drydock-([0-9a-f]{16})-/.exec(name)?.[1];
}

export function runLabels(run: string, expiresAt: number): Readonly<Record<string, string>> {
  return { [runLabel]: run, [ownerLabel]: ownOwner(), [expiresLabel]: String(expiresAt) };
}
