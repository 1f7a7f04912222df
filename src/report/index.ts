import { cycloneDx, cycloneDx16, cycloneDx17 } from './cyclonedx.ts';
import type { Format } from './format.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { sarif } from './sarif.ts';
import { spdx } from './spdx.ts';
import { table } from './table.ts';

/** All formats of a report: one file and one line each. */
export const formats: readonly Format[] = [table, json, cycloneDx, cycloneDx16, cycloneDx17, spdx, sarif, html];
