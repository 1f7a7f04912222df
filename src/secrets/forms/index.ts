import type { SecretRule } from '../secret-rule.ts';
import { artificialIntelligenceRules } from './artificial-intelligence.ts';
import { genericRules } from './assignments.ts';
import { azureRules } from './azure.ts';
import { cloudRules } from './clouds.ts';
import { codeHostRules } from './code-hosts.ts';
import { commandRules } from './commands.ts';
import { credentialRules } from './credentials.ts';
import { databaseRules } from './databases.ts';
import { fileRules } from './files.ts';
import { hostingRules } from './hosting.ts';
import { keyRules } from './keys.ts';
import { kubernetesRules } from './kubernetes.ts';
import { observabilityRules } from './observability.ts';
import { packageRegistryRules } from './package-registries.ts';
import { paymentRules } from './payments.ts';
import { talkRules } from './talk.ts';
import { workToolRules } from './work-tools.ts';

/** THE LIST. Of two rules that say the same of the same bytes with equal sureness the first is told. */
export const secretRules: readonly SecretRule[] = [
  ...keyRules,
  ...kubernetesRules,
  ...fileRules,
  ...cloudRules,
  ...azureRules,
  ...codeHostRules,
  ...packageRegistryRules,
  ...hostingRules,
  ...databaseRules,
  ...talkRules,
  ...paymentRules,
  ...observabilityRules,
  ...artificialIntelligenceRules,
  ...workToolRules,
  ...credentialRules,
  ...commandRules,
  ...genericRules,
];
