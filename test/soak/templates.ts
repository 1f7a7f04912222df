/**
 * Counts what of a folder of templates can be used: `node test/soak/templates.ts FOLDER`. Fails below 85 % of those that ask
 * over HTTP or TCP, without the self-contained ones.
 */
import { loadTemplates } from '../../src/runtime/service-scan/index.ts';

const GOAL = 0.85;

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node test/soak/templates.ts FOLDER');
const begun = performance.now();
const { templates, refusals } = await loadTemplates(folder);
const reasons = new Map<string, number>();
for (const { kind, reason } of refusals) {
  const short = `${kind}: ${reason.replace(/[:,].*$/, '')}`;
  reasons.set(short, (reasons.get(short) ?? 0) + 1);
}
for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(String(count).padStart(6), reason);
const selfContained = refusals.filter(({ reason }) => reason.startsWith('it is self-contained')).length;
const all = templates.length + refusals.length - selfContained;
const share = templates.length / all;
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
console.log(
  `${templates.length} of ${all} can be used (${(100 * share).toFixed(1)} %), ${selfContained} self-contained; ${seconds} s`,
);
if (share < GOAL) process.exitCode = 1;
