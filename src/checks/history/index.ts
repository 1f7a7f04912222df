import type { Check } from '../../model/check.ts';
import { judgeMaking, type Rule } from '../rule.ts';
import { addCopyRules } from './add-copy.ts';
import { distributionPackageRules } from './distribution-packages.ts';
import { downloadRules } from './downloads.ts';
import { historyRecordRules } from './history-record.ts';
import { indicatorRules } from './indicators.ts';
import { languagePackageRules } from './language-packages.ts';
import { leftoverRules } from './leftovers.ts';
import { permissionRules } from './permissions.ts';
import { shellStyleRules } from './shell-style.ts';
import { unexplainedLayerRules } from './unexplained-layers.ts';
import { unexplainedPackageRules } from './unexplained-packages.ts';
import { unverifiedRules } from './unverified.ts';

const rules: readonly Rule[] = [
  ...indicatorRules,
  ...historyRecordRules,
  ...unexplainedLayerRules,
  ...unexplainedPackageRules,
  ...downloadRules,
  ...unverifiedRules,
  ...permissionRules,
  ...distributionPackageRules,
  ...languagePackageRules,
  ...addCopyRules,
  ...shellStyleRules,
  ...leftoverRules,
];

/** What the instructions did that made the image. */
export const history: Check = {
  id: 'history',
  displayName: 'History',
  analyzers: [],
  judge: { name: 'history', judge: (view, context) => judgeMaking(rules, 'history', view, context) },
  rules: rules.map(({ doc }) => doc),
};
