import type { Check } from '../../model/check.ts';
import { judgeByRules, type Rule } from '../rule.ts';
import { accountFiles } from './account-files.ts';
import { accountRules } from './account-rules.ts';
import { namedFiles } from './named-files.ts';
import { packagedFiles } from './packaged-files.ts';
import { packagedRules } from './packaged-rules.ts';
import { placeFiles } from './place-files.ts';
import { placeRules } from './place-rules.ts';
import { privilegeRules } from './privileges.ts';
import { PERSISTENCE } from './sighting.ts';
import { writableRules } from './writable.ts';

const rules: readonly Rule[] = [...placeRules, ...privilegeRules, ...accountRules, ...writableRules, ...packagedRules];

/** What starts by itself, what has more rights than whoever starts it, and who may log in. */
export const persistence: Check = {
  id: PERSISTENCE,
  displayName: 'Persistence',
  analyzers: [placeFiles, namedFiles, accountFiles],
  contents: [packagedFiles],
  judge: { name: PERSISTENCE, judge: (view, context) => judgeByRules(rules, PERSISTENCE, view, context) },
  rules: rules.map(({ doc }) => doc),
};
