import { base62Checksum } from '../checksums.ts';
import type { SecretRule, Verdict } from '../secret-rule.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

/**
 * Tokens of GitHub end with CRC-32 of what is between prefix and end, in six digits of base 62 (github.blog, "Behind
 * GitHub's new authentication token formats", 2021).
 */
function checkGithub(token: string): Verdict {
  return base62Checksum(token.slice(4, 34)) === token.slice(34)
    ? { confidence: 'certain', validated: 'checksum' }
    : { confidence: 'medium' };
}

const github = {
  name: 'GitHub',
  revoke: 'under Settings > Developer settings',
  why: 'Whoever has it reads and writes repositories as its owner, as far as its scopes go.',
  severity: 'critical' as const,
};
const gitlab = {
  name: 'GitLab',
  revoke: 'under Preferences > Access tokens, or where the project or the runner has it',
  why: 'Whoever has it reads and writes projects, registries or pipelines, as far as its scopes go.',
  severity: 'critical' as const,
};
const bitbucket = { name: 'Bitbucket', revoke: 'in the settings of the account, the workspace or the repository' };
const sourcegraph = { name: 'Sourcegraph', revoke: 'under Settings > Access tokens' };

export const codeHostRules: readonly SecretRule[] = [
  ...tokensOf(github, [
    {
      id: 'github-token',
      provesItself: true,
      keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
      pattern: /gh[pousr]_[A-Za-z0-9]{36}/y,
      check: checkGithub,
    },
    {
      id: 'github-refresh-token',
      title: 'GitHub refresh token',
      keywords: ['ghr_'],
      pattern: /ghr_[A-Za-z0-9]{76}/y,
    },
    {
      id: 'github-installation-token',
      title: 'GitHub installation token',
      keywords: ['ghs_'],
      pattern: /ghs_[A-Za-z0-9]{1,20}_eyJ[A-Za-z0-9_-]{10,600}\.[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20,700}/y,
      alphabet: /[A-Za-z0-9_.-]/,
    },
    {
      id: 'github-fine-grained-token',
      title: 'GitHub fine-grained personal access token',
      keywords: ['github_pat_'],
      pattern: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/y,
    },
  ]),
  ...namedOf(github, [
    {
      id: 'github-old-token',
      title: 'GitHub token of the old form',
      names: /(github|^gh)_.*(token|pat|key|secret|auth|password)$/,
      value: /^(?:v1\.)?[0-9a-f]{40}$/,
    },
  ]),
  ...tokensOf(gitlab, [
    {
      id: 'gitlab-token',
      keywords: [
        'glpat-',
        'gldt-',
        'glrt-',
        'glrtr-',
        'glft-',
        'glimt-',
        'glagent-',
        'glsoat-',
        'glcbt-',
        'glwt-',
        'glffct-',
        'GR1348941',
      ],
      pattern:
        /(?:gl(?:pat|dt|rtr|rt|ft|imt|agent|soat|cbt|wt|ffct)-|GR1348941)[A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?/y,
    },
    {
      id: 'gitlab-trigger-token',
      title: 'GitLab pipeline trigger token',
      keywords: ['glptt-'],
      pattern: /glptt-[0-9a-f]{40}/y,
    },
    {
      id: 'gitlab-application-secret',
      title: 'GitLab OAuth application secret',
      keywords: ['gloas-'],
      pattern: /gloas-[0-9a-f]{64}/y,
    },
  ]),
  ...namedOf(gitlab, [
    {
      id: 'gitlab-old-token',
      title: 'GitLab token of the old form',
      names: /(gitlab|ci_job|^private)_?.*(token|pat|secret|password)$/,
      value: /^[A-Za-z0-9_-]{20}$/,
    },
  ]),
  ...tokensOf(bitbucket, [
    {
      id: 'bitbucket-app-password',
      title: 'Bitbucket app password',
      keywords: ['ATBB'],
      pattern: /ATBB[A-Za-z0-9]{24}[0-9A-F]{8}/y,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
    {
      id: 'bitbucket-access-token',
      title: 'Bitbucket access token',
      keywords: ['ATCTT3'],
      pattern: /ATCTT3[A-Za-z0-9_-]{60,300}(?:=[0-9A-F]{8})?/y,
    },
  ]),
  ...namedOf(bitbucket, [
    {
      id: 'bitbucket-secret',
      title: 'Bitbucket OAuth secret or app password',
      names: /bitbucket.*(secret|password|token|key)$/,
      value: /^(?:[A-Za-z0-9]{20}|[A-Za-z0-9]{32}|[A-Za-z0-9_=-]{64})$/,
    },
  ]),
  ...tokensOf(sourcegraph, [
    {
      id: 'sourcegraph-token',
      keywords: ['sgp_', 'sgd_'],
      pattern: /(?:sgp_(?:(?:local|[0-9a-f]{16})_)?|sgd_)[0-9a-f]{40}/y,
    },
  ]),
];
