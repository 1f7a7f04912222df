import type { SecretRule } from '../secret-rule.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const host = (name: string, revoke = 'in its dashboard under API tokens') => ({
  name,
  revoke,
  why: `Whoever has it changes what runs at ${name}: machines, names, deployments.`,
});
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const isUuid = new RegExp(`^${uuid}$`);
const cloudflare = host('Cloudflare', 'under My profile > API tokens: roll or delete it');
const vault = {
  name: 'HashiCorp',
  revoke: 'with vault token revoke, or in HCP Terraform under Tokens',
  why: 'Whoever has it reads what its policy allows: of Vault, other secrets.',
  severity: 'critical' as const,
};

export const hostingRules: readonly SecretRule[] = [
  ...tokensOf(host('DigitalOcean'), [
    {
      id: 'digitalocean-token',
      severity: 'critical',
      keywords: ['dop_v1_', 'doo_v1_', 'dor_v1_'],
      pattern: /do[opr]_v1_[0-9a-f]{64}/y,
    },
    {
      id: 'digitalocean-spaces-id',
      title: 'DigitalOcean Spaces access key',
      severity: 'medium',
      keywords: ['DO00'],
      pattern: /DO00[A-Z0-9]{16}/y,
    },
  ]),
  ...namedOf(host('DigitalOcean'), [
    {
      id: 'digitalocean-named-secret',
      title: 'DigitalOcean secret',
      about: /digitalocean|spaces|^do_/,
      names: /(token|secret|secret_?key|key|pat)$/,
      value: /^[0-9a-f]{64}$|^[A-Za-z0-9+/]{43}$/,
    },
  ]),
  ...tokensOf(host('Heroku'), [
    {
      id: 'heroku-token',
      title: 'Heroku API key',
      keywords: ['HRKU-'],
      pattern: new RegExp(`HRKU-(?:${uuid}|AA[A-Za-z0-9_-]{58})`, 'y'),
    },
  ]),
  ...namedOf(host('Heroku'), [
    {
      id: 'heroku-key',
      title: 'Heroku API key',
      about: /heroku/,
      names: /(api_?key|token|password|oauth|key|secret)$/,
      value: isUuid,
    },
  ]),
  ...namedOf(host('Linode'), [
    {
      id: 'linode-token',
      about: /linode|akamai/,
      names: /(token|key|pat|secret)$/,
      value: /^[0-9a-f]{64}$/,
    },
  ]),
  ...namedOf(host('Hetzner'), [
    {
      id: 'hetzner-token',
      about: /hcloud|hetzner/,
      names: /(token|key|secret)$/,
      value: /^[A-Za-z0-9]{64}$|^[A-Za-z0-9]{32}$/,
    },
  ]),
  ...namedOf(host('Vultr'), [
    {
      id: 'vultr-key',
      title: 'Vultr API key',
      about: /vultr/,
      names: /(key|token)$/,
      value: /^[A-Z0-9]{36}$/,
    },
  ]),
  ...tokensOf(host('Scaleway'), [
    {
      id: 'scaleway-access-key',
      title: 'Scaleway access key',
      severity: 'medium',
      keywords: ['SCW'],
      pattern: /SCW[A-Z0-9]{17}/y,
      check: (token) => (/\d/.test(token) ? { confidence: 'medium' } : undefined),
    },
  ]),
  ...namedOf(host('Scaleway'), [
    {
      id: 'scaleway-secret-key',
      title: 'Scaleway secret key',
      about: /scaleway|scw/,
      names: /(secret_?key|secret|token)$/,
      value: isUuid,
    },
  ]),
  ...namedOf(host('OVHcloud'), [
    {
      id: 'ovh-secret',
      title: 'OVHcloud application secret',
      about: /ovh/,
      names: /(secret|consumer_?key)$/,
      value: /^[A-Za-z0-9]{32}$|^[0-9a-f]{32}$/,
    },
  ]),
  ...tokensOf(host('Fly.io'), [
    {
      id: 'fly-token',
      keywords: ['fo1_', 'fm1r_', 'fm1a_', 'fm2_'],
      pattern: /(?:fo1_[A-Za-z0-9_-]{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/]{80,2000}={0,3})/y,
      alphabet: /[A-Za-z0-9+/]/,
    },
  ]),
  ...tokensOf(host('Vercel'), [
    {
      id: 'vercel-token',
      keywords: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'],
      pattern: /vc[piark]_[A-Za-z0-9]{24,80}/y,
    },
    {
      id: 'vercel-blob-token',
      title: 'Vercel Blob token',
      keywords: ['vercel_blob_rw_'],
      pattern: /vercel_blob_rw_[A-Za-z0-9]{12,20}_[A-Za-z0-9]{24,40}/y,
    },
  ]),
  ...namedOf(host('Vercel'), [
    {
      id: 'vercel-old-token',
      about: /vercel|zeit|now/,
      names: /(vercel|zeit|now).*(token|key|secret)$/,
      value: /^[A-Za-z0-9]{24}$/,
    },
  ]),
  ...tokensOf(host('Netlify'), [
    { id: 'netlify-token', keywords: ['nfp_', 'nfc_', 'nfo_', 'nfb_', 'nfu_'], pattern: /nf[pcobu]_[A-Za-z0-9]{36}/y },
  ]),
  ...namedOf(host('Netlify'), [
    {
      id: 'netlify-old-token',
      names: /netlify.*(token|key|secret)$/,
      value: /^[A-Za-z0-9_-]{40,46}$/,
    },
  ]),
  ...tokensOf(host('Render'), [
    { id: 'render-key', title: 'Render API key', keywords: ['rnd_'], pattern: /rnd_[A-Za-z0-9]{28,36}/y },
  ]),
  ...namedOf(host('Railway'), [{ id: 'railway-token', names: /railway.*(token|key)$/, value: isUuid }]),
  ...tokensOf(cloudflare, [
    // developers.cloudflare.com, Fundamentals, "Token formats": 40 characters and a checksum.
    {
      id: 'cloudflare-token',
      severity: 'critical',
      keywords: ['cfk_', 'cfut_', 'cfat_'],
      pattern: /cf(?:k|ut|at)_[A-Za-z0-9_-]{40}[A-Za-z0-9]{0,12}/y,
    },
    {
      id: 'cloudflare-origin-ca-key',
      title: 'Cloudflare origin CA key',
      keywords: ['v1.0-'],
      pattern: /v1\.0-[0-9a-f]{24}-[0-9a-f]{146}/y,
      check: () => ({ confidence: 'certain', validated: 'structure' }),
    },
  ]),
  ...namedOf(cloudflare, [
    {
      id: 'cloudflare-named-token',
      severity: 'critical',
      about: /cloudflare|^cf_|^x_auth_key/,
      names: /(token|key|secret)$/,
      value: /^[A-Za-z0-9_-]{40}$|^[0-9a-f]{37}$|^[A-Za-z0-9_-]{43,64}$/,
    },
  ]),
  ...namedOf(host('Fastly'), [
    {
      id: 'fastly-token',
      about: /fastly/,
      names: /(token|key|secret)$/,
      value: /^[A-Za-z0-9_-]{32}$/,
    },
  ]),
  ...tokensOf(host('Akamai'), [
    {
      id: 'akamai-token',
      title: 'Akamai client or access token',
      severity: 'medium',
      keywords: ['akab-'],
      pattern: /akab-[a-z0-9]{16}-[a-z0-9]{16}/y,
    },
  ]),
  ...namedOf(host('Akamai'), [
    {
      id: 'akamai-secret',
      title: 'Akamai client secret',
      about: /akab|akamai|edge/,
      names: /client_?secret$/,
      value: /^[A-Za-z0-9+/]{43}=$/,
    },
  ]),
  ...tokensOf(vault, [
    {
      id: 'vault-token',
      title: 'HashiCorp Vault token',
      keywords: ['hvs.', 'hvb.', 'hvr.'],
      pattern: /hv[sbr]\.[A-Za-z0-9_-]{24,300}/y,
    },
    {
      id: 'terraform-cloud-token',
      title: 'HCP Terraform token',
      keywords: ['.atlasv1.'],
      lead: 14,
      pattern: /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}/y,
    },
  ]),
  ...namedOf(vault, [
    {
      id: 'vault-old-token',
      title: 'HashiCorp Vault token of the old form',
      about: /vault/,
      names: /(token|secret|secret_?id|password|key)$/,
      value: /^[sbr]\.[A-Za-z0-9]{24}(?:\.[A-Za-z0-9]{5})?$|^[0-9a-f]{8}-[0-9a-f-]{27}$/,
    },
    {
      id: 'consul-token',
      title: 'HashiCorp Consul or Nomad token',
      about: /consul|nomad/,
      names: /(token|secret_?id|master|agent|default|encrypt)$/,
      value: /^[0-9a-f]{8}-[0-9a-f-]{27}$|^[A-Za-z0-9+/]{43}=$|^[A-Za-z0-9+/]{22}==$/,
    },
  ]),
  ...tokensOf(host('Pulumi'), [{ id: 'pulumi-token', keywords: ['pul-'], pattern: /pul-[0-9a-f]{40}/y }]),
  ...tokensOf(host('Tailscale', 'in the admin console under Keys'), [
    {
      id: 'tailscale-key',
      title: 'Tailscale key',
      keywords: ['tskey-'],
      pattern: /tskey-(?:[a-z]{3,12}-)?[A-Za-z0-9]{8,24}(?:CNTRL)?-[A-Za-z0-9]{16,64}/y,
    },
  ]),
  ...namedOf(host('ngrok'), [
    {
      id: 'ngrok-token',
      about: /ngrok/,
      names: /(auth_?token|api_?key|token|key)$/,
      value: /^[12][A-Za-z0-9]{26}_[A-Za-z0-9]{20,24}$|^[A-Za-z0-9]{20,50}_[A-Za-z0-9]{15,30}$/,
    },
  ]),
  ...tokensOf(host('Deno Deploy'), [
    { id: 'deno-token', keywords: ['ddp_', 'ddo_', 'ddw_'], pattern: /dd[pow]_[A-Za-z0-9]{36}/y },
  ]),
  ...tokensOf(host('Scalingo'), [{ id: 'scalingo-token', keywords: ['tk-us-'], pattern: /tk-us-[A-Za-z0-9_-]{48}/y }]),
  ...tokensOf(host('DNSimple'), [
    { id: 'dnsimple-token', keywords: ['dnsimple_'], pattern: /dnsimple_[au]_[A-Za-z0-9]{30,50}/y },
  ]),
  ...namedOf(host('GoDaddy'), [
    {
      id: 'godaddy-secret',
      title: 'GoDaddy API secret',
      about: /godaddy/,
      names: /(secret|key)$/,
      value: /^[A-Za-z0-9_]{22,40}$/,
    },
  ]),
  ...namedOf(host('Kubernetes'), [
    {
      id: 'kubernetes-bootstrap-token',
      title: 'Kubernetes bootstrap token',
      names: /token$/,
      value: /^[a-z0-9]{6}\.[a-z0-9]{16}$/,
      check: (value) => (/\d/.test(value) ? { confidence: 'medium' } : undefined),
    },
  ]),
];
