import type { Feed } from '../model/feed.ts';
import { cveList } from './cve-list/index.ts';
import { cwe } from './cwe/index.ts';
import { endOfLife } from './end-of-life/index.ts';
import { epss } from './epss/index.ts';
import { kev } from './kev/index.ts';
import { nvd } from './nvd/index.ts';
import { nvdOverrides } from './nvd-overrides/index.ts';

/** Everybody who says what vulnerabilities are worth. A new one is a folder here and a line. */
export const enrichers: readonly Feed[] = [cveList, cwe, endOfLife, epss, kev, nvd, nvdOverrides];
