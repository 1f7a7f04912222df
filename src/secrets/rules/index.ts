import type { SecretRule } from '../secret-rule.ts';
import { codeHostRules } from './code-hosts.ts';

/** THE LIST. */
export const secretRules: readonly SecretRule[] = [...codeHostRules];
