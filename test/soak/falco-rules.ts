// Reads a folder of Falco's rules, and says how far each can be asked, and why not:
//   node test/soak/falco-rules.ts FOLDER
// `git clone https://github.com/falcosecurity/rules` has Falco's in rules/; their test traces are put to them as well.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RuleState, RuleStatus } from '../../src/runtime/call-rules/call-rule.ts';
import { createCallJudge } from '../../src/runtime/call-rules/judge-calls.ts';
import type { RuleText } from '../../src/runtime/call-rules/read-falco-rules.ts';
import { falcoIdeas } from '../support/falco-ideas.ts';
import { judgeTrace, ordinarySource } from '../support/judged-calls.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node test/soak/falco-rules.ts FOLDER');
  process.exit(2);
}

const texts: RuleText[] = globSync('**/*.{yaml,yml}', { cwd: folder })
  .sort()
  .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }));
const totals = new Map<string, number>();

function count(statuses: readonly RuleStatus[]): void {
  for (const { rule, state, reasons } of statuses) {
    const whole: RuleState | 'disabled, partly' =
      state === 'disabled' && reasons.length > 0 ? 'disabled, partly' : state;
    totals.set(whole, (totals.get(whole) ?? 0) + 1);
    if (reasons.length > 0) console.log(`${state}: ${rule.title}: ${reasons.join('; ')}`);
  }
}

// Each file of Falco's stands for itself: they define the same macros in their own ways.
for (const text of texts) {
  const judge = await createCallJudge([text], ordinarySource, { get: () => undefined });
  console.log(`${text.file}: ${judge.statuses.length} rules`);
  for (const { line, message } of judge.complaints) console.log(`  line ${line}: ${message}`);
  count(judge.statuses);
  const names = new Set(judge.statuses.map(({ rule }) => rule.title));
  for (const { name, fires, silent } of falcoIdeas.filter((idea) => names.has(idea.name))) {
    const told = async (write: typeof fires): Promise<boolean> => {
      const judged = await judgeTrace([text], (trace) => write(trace.process(1, '/usr/bin/entry')));
      return judged.some(({ rule }) => rule.title === name);
    };
    const [positive, negative] = [await told(fires), await told(silent)];
    totals.set('traces told', (totals.get('traces told') ?? 0) + (positive ? 1 : 0));
    totals.set('traces left', (totals.get('traces left') ?? 0) + (negative ? 0 : 1));
    if (!positive || negative)
      console.log(`  WRONG: ${name}: ${positive ? 'told' : 'not told'}, harmless one ${negative ? 'told' : 'left'}`);
  }
}
console.log(Object.fromEntries(totals));
