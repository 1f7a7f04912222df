import type { Format } from './format.ts';
import { json } from './json.ts';
import { table } from './table.ts';

/** All formats of a report: one file and one line each. */
export const formats: readonly Format[] = [table, json];
