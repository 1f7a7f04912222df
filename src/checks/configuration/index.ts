import type { Check } from '../../model/check.ts';
import { judgeMaking, type Rule } from '../rule.ts';
import { environmentRules } from './environment.ts';
import { healthcheckRules } from './healthcheck.ts';
import { labelRules } from './labels.ts';
import { onBuildRules } from './on-build.ts';
import { portRules } from './ports.ts';
import { provenanceRules } from './provenance.ts';
import { referenceRules } from './reference.ts';
import { startRules } from './start.ts';
import { userRules } from './user.ts';
import { volumeRules } from './volumes.ts';
import { workingDirectoryRules } from './working-directory.ts';

const rules: readonly Rule[] = [
  ...userRules,
  ...startRules,
  ...environmentRules,
  ...portRules,
  ...volumeRules,
  ...workingDirectoryRules,
  ...healthcheckRules,
  ...onBuildRules,
  ...labelRules,
  ...referenceRules,
  ...provenanceRules,
];

/** What containers of the image start with, and what is wrong with it. */
export const configuration: Check = {
  id: 'configuration',
  displayName: 'Configuration',
  analyzers: [],
  judge: { name: 'configuration', judge: (view, context) => judgeMaking(rules, 'configuration', view, context) },
  rules: rules.map(({ doc }) => doc),
};
