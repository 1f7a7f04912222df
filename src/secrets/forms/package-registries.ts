import { base62Checksum, isPypiMacaroon } from '../checksums.ts';
import type { SecretRule } from '../secret-rule.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const publishes = (what: string): string => `Whoever has it may publish ${what} in the name of its owner.`;

const npm = { name: 'npm', revoke: 'with npm token revoke', why: publishes('packages'), severity: 'critical' as const };
const pypi = {
  name: 'PyPI',
  revoke: 'under Account settings > API tokens',
  why: publishes('projects'),
  severity: 'critical' as const,
};
const rubygems = { name: 'RubyGems', revoke: 'under Settings > API keys', why: publishes('gems') };
const crates = { name: 'crates.io', revoke: 'under Account settings > API tokens', why: publishes('crates') };
const nuget = { name: 'NuGet', revoke: 'under API keys', why: publishes('packages') };
const docker = {
  name: 'Docker Hub',
  revoke: 'under Account settings > Personal access tokens, or in the organisation',
  why: 'Whoever has it pulls private images, and pushes others if its scope allows.',
};
const jfrog = { name: 'JFrog', revoke: 'under Administration > Access tokens' };
const packagist = { name: 'Packagist', revoke: 'in the settings of the organisation' };
const clojars = { name: 'Clojars', revoke: 'under Deploy tokens', why: publishes('libraries') };
const cloudsmith = { name: 'Cloudsmith', revoke: 'under API settings' };

export const packageRegistryRules: readonly SecretRule[] = [
  ...tokensOf(npm, [
    {
      id: 'npm-token',
      provesItself: true,
      keywords: ['npm_'],
      pattern: /npm_[A-Za-z0-9]{36}/y,
      // As GitHub's: CRC-32 of the first thirty characters (github.blog, "npm: new access token format", 2021).
      check: (token) =>
        base62Checksum(token.slice(4, 34)) === token.slice(34)
          ? { confidence: 'certain', validated: 'checksum' }
          : { confidence: 'medium' },
    },
  ]),
  ...namedOf(npm, [
    {
      id: 'npm-registry-credentials',
      title: 'Credentials of a package registry (.npmrc, .yarnrc.yml)',
      names: /(^_auth_?token|[/:]_auth_?token|^_auth|[/:]_auth|npm_?auth_?token|npm_?auth_?ident|npm_token)$/,
      value: /^[A-Za-z0-9_.:+/=-]{16,2000}$/,
    },
  ]),
  ...tokensOf(pypi, [
    {
      id: 'pypi-token',
      keywords: ['pypi-AgE'],
      pattern: /pypi-AgE[A-Za-z0-9_-]{50,1000}/y,
      check: (token) =>
        isPypiMacaroon(token.slice(5)) ? { confidence: 'certain', validated: 'structure' } : { confidence: 'medium' },
    },
  ]),
  ...tokensOf(rubygems, [
    { id: 'rubygems-token', title: 'RubyGems API key', keywords: ['rubygems_'], pattern: /rubygems_[0-9a-f]{48}/y },
  ]),
  ...tokensOf(crates, [{ id: 'crates-io-token', keywords: ['cio'], pattern: /cio[A-Za-z0-9]{32}/y, check: mixed }]),
  ...tokensOf(nuget, [
    { id: 'nuget-key', title: 'NuGet API key', keywords: ['oy2'], pattern: /oy2[a-z0-9]{43}/y, check: mixed },
  ]),
  ...tokensOf(docker, [
    { id: 'docker-hub-token', keywords: ['dckr_pat_'], pattern: /dckr_pat_[A-Za-z0-9_-]{27}/y },
    {
      id: 'docker-hub-organisation-token',
      title: 'Docker Hub organisation access token',
      keywords: ['dckr_oat_'],
      pattern: /dckr_oat_[A-Za-z0-9_-]{32}/y,
    },
  ]),
  ...tokensOf(jfrog, [
    { id: 'jfrog-key', title: 'JFrog API key', keywords: ['AKCp'], pattern: /AKCp[A-Za-z0-9]{69}/y },
    {
      id: 'jfrog-reference-token',
      title: 'JFrog reference token',
      keywords: ['cmVmdGtu'],
      pattern: /cmVmdGtu[A-Za-z0-9]{56}/y,
    },
  ]),
  ...namedOf(jfrog, [
    {
      id: 'jfrog-secret',
      title: 'JFrog password or key',
      names: /(artifactory|jfrog).*(key|token|password|secret)$/,
      value: /^[A-Za-z0-9]{73}$|^[A-Za-z0-9]{64}$/,
    },
  ]),
  ...tokensOf(packagist, [
    {
      id: 'packagist-token',
      keywords: ['packagist_'],
      pattern: /packagist_(?:[ou][ru]t|ack)_[0-9a-f]{60,80}/y,
    },
  ]),
  ...tokensOf(clojars, [
    { id: 'clojars-token', title: 'Clojars deploy token', keywords: ['CLOJARS_'], pattern: /CLOJARS_[0-9a-z]{60}/y },
  ]),
  ...namedOf(cloudsmith, [
    {
      id: 'cloudsmith-key',
      title: 'Cloudsmith API key',
      names: /cloudsmith.*(key|token)$/,
      value: /^[0-9a-f]{40}$/,
    },
  ]),
];

/** A prefix of three letters alone proves little: what follows must have digits and letters as drawn at random. */
function mixed(token: string) {
  const digits = token.slice(3).replace(/[^0-9]/g, '').length;
  return digits >= 2 && digits < token.length - 6 ? ({ confidence: 'medium' } as const) : undefined;
}
