import { z } from 'zod';
import { severities } from '../../model/severity.ts';
import { type PackageVersion, type StoredSeverity, storedSeverities } from '../../store/package-version.ts';

/** A text that every database can look for. */
export function text(most: number) {
  return z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'It holds characters that nothing can have.');
}

export const id = text(64).describe('As the answer to the submission gave it.');

export const limit = z.coerce.number().int().min(1).max(1000).default(100).describe('Members of a page, at most.');
export const cursor = text(2000).optional().describe('The `next` of the page before.');
export const next = z.string().optional().describe('The cursor of the next page; absent on the last one.');

export const moment = z.string().describe('A moment in RFC 3339.');
export const SeverityName = z.enum(severities);

/** Words of the store in those of reports. */
export const severityOf: Readonly<Record<StoredSeverity, z.infer<typeof SeverityName>>> = {
  Unknown: 'unknown',
  Negligible: 'negligible',
  Low: 'low',
  Medium: 'medium',
  High: 'high',
  Critical: 'critical',
  Defcon1: 'critical',
};

/** Severities in a query. */
export const severityWords = z
  .string()
  .max(200)
  .transform((words) => words.split(','))
  .pipe(z.array(SeverityName))
  .optional()
  .describe('Words separated by commas: `critical,high`.');

/** Those of the store that these words stand for. */
export function storedSeveritiesOf(names: readonly z.infer<typeof SeverityName>[]): readonly StoredSeverity[] {
  return storedSeverities.filter((severity) => names.includes(severityOf[severity]));
}

/** A question of a query that has two answers. */
export const truth = z
  .enum(['true', 'false'])
  .transform((word) => word === 'true')
  .optional();

export const StoredPackage = z
  .object({
    namespace: z.string().describe('Whose package it is: `debian:12`, `npm`.'),
    name: z.string(),
    version: z.string(),
    source: z.object({ name: z.string(), version: z.string() }).optional().describe('Absent: it is its own source.'),
    arch: z.string().optional().describe('Of rpms, whose advisories tell architectures apart.'),
    modularity: z.string().optional().describe('Module stream of an rpm: `name:stream:version:context`.'),
  })
  .meta({ id: 'StoredPackage' });

export function storedPackage(pkg: PackageVersion): z.infer<typeof StoredPackage> {
  const { namespace, name, version, source, arch, modularity } = pkg;
  return {
    namespace,
    name,
    version,
    ...(source !== undefined && { source }),
    ...(arch !== undefined && { arch }),
    ...(modularity !== undefined && { modularity }),
  };
}
