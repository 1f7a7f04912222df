import { type StoredSeverity, storedSeverities } from '../package-version.ts';

/** The number by which a severity is kept: its place on the scale. */
export function severityNumber(severity: StoredSeverity): number {
  return storedSeverities.indexOf(severity);
}

export function severityOf(number: number): StoredSeverity {
  return storedSeverities[number] ?? 'Unknown';
}

export function isSeverityNumber(number: number): boolean {
  return Object.hasOwn(storedSeverities, number);
}
