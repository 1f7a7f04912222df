import { decodedJson, isBech32 } from '../checksums.ts';
import type { SecretRule } from '../secret-rule.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const tool = (name: string, revoke = 'in its settings under API tokens') => ({ name, revoke });
const builds = (name: string, revoke = 'in its settings under API tokens') => ({
  name,
  revoke,
  why: 'Whoever has it starts builds, changes them and reads what they know.',
});
const keeper = (name: string, revoke: string) => ({
  name,
  revoke,
  why: 'Whoever has it reads other secrets.',
  severity: 'critical' as const,
});
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const isUuid = new RegExp(`^${uuid}$`);

export const workToolRules: readonly SecretRule[] = [
  ...tokensOf(tool('Atlassian', 'at id.atlassian.com under Security > API tokens'), [
    {
      id: 'atlassian-token',
      title: 'Atlassian API token',
      keywords: ['ATATT3'],
      pattern: /ATATT3[A-Za-z0-9_-]{60,300}(?:=[0-9A-F]{8})?/y,
    },
    { id: 'trello-token', title: 'Trello token', keywords: ['ATTA'], pattern: /ATTA[0-9a-f]{64}[0-9A-F]{8}/y },
  ]),
  ...namedOf(tool('Atlassian'), [
    {
      id: 'atlassian-old-token',
      title: 'Atlassian API token of the old form',
      about: /jira|confluence|atlassian/,
      names: /(token|password|key|secret)$/,
      value: /^[A-Za-z0-9]{24}$/,
    },
    {
      id: 'trello-named-token',
      title: 'Trello key or token',
      about: /trello/,
      names: /(token|key|secret)$/,
      value: /^[0-9a-f]{32}$|^[0-9a-f]{64}$/,
    },
  ]),
  ...tokensOf(tool('Linear'), [
    {
      id: 'linear-key',
      title: 'Linear API key',
      keywords: ['lin_api_', 'lin_oauth_', 'lin_wh_'],
      pattern: /lin_(?:api|oauth|wh)_[A-Za-z0-9]{32,64}/y,
    },
  ]),
  ...tokensOf(tool('Notion'), [
    {
      id: 'notion-token',
      keywords: ['ntn_', 'secret_'],
      pattern: /(?:ntn_[A-Za-z0-9]{40,50}|secret_[A-Za-z0-9]{43})/y,
      check: (token) => (/\d/.test(token) && /[A-Z]/.test(token) ? { confidence: 'high' } : undefined),
    },
  ]),
  ...namedOf(tool('Asana'), [
    {
      id: 'asana-token',
      names: /(?:)/,
      value: /^(?:[012]\/\d{12,20}(?:\/\d{12,20})?:[0-9a-f]{32}|0\/[0-9a-f]{32})$/,
      check: () => ({ confidence: 'high', validated: 'structure' }),
    },
  ]),
  ...tokensOf(tool('Figma'), [
    { id: 'figma-token', keywords: ['figd_', 'figo_', 'figu_'], pattern: /fig[dou]_[A-Za-z0-9_-]{40,50}/y },
  ]),
  ...tokensOf(tool('Postman'), [
    {
      id: 'postman-key',
      title: 'Postman API key',
      keywords: ['PMAK-'],
      pattern: /PMAK-[0-9a-f]{24}-[0-9a-f]{34}/y,
      check: () => ({ confidence: 'certain', validated: 'structure' }),
    },
  ]),
  ...tokensOf(tool('ClickUp'), [{ id: 'clickup-token', keywords: ['pk_'], pattern: /pk_\d{4,12}_[A-Z0-9]{32}/y }]),
  ...tokensOf(tool('HubSpot'), [
    {
      id: 'hubspot-token',
      title: 'HubSpot private app token',
      keywords: ['pat-na', 'pat-eu', 'pat-ap'],
      pattern: new RegExp(`pat-[a-z]{2}\\d-${uuid}`, 'yi'),
    },
  ]),
  ...namedOf(tool('HubSpot'), [
    {
      id: 'hubspot-key',
      title: 'HubSpot API key',
      about: /hubspot|hapikey/,
      names: /(key|token|secret|hapikey)$/,
      value: isUuid,
    },
  ]),
  ...tokensOf(tool('Salesforce'), [
    {
      id: 'salesforce-token',
      title: 'Salesforce access token',
      keywords: ['00D'],
      pattern: /00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{80,200}/y,
    },
  ]),
  ...namedOf(tool('Salesforce'), [
    {
      id: 'salesforce-secret',
      title: 'Salesforce secret',
      about: /salesforce|sfdc/,
      names: /(secret|token|password)$/,
      value: /^[A-F0-9]{64}$|^[A-Za-z0-9]{24,25}$|^\d{19}$/,
    },
  ]),
  ...tokensOf(tool('Typeform'), [{ id: 'typeform-token', keywords: ['tfp_'], pattern: /tfp_[A-Za-z0-9_.=-]{40,64}/y }]),
  ...tokensOf(tool('Contentful'), [
    { id: 'contentful-token', keywords: ['CFPAT-'], pattern: /CFPAT-[A-Za-z0-9_-]{43}/y },
  ]),
  ...namedOf(tool('Contentful'), [
    {
      id: 'contentful-key',
      title: 'Contentful access token',
      about: /contentful/,
      names: /(token|key|secret)$/,
      value: /^[A-Za-z0-9_-]{43}$/,
    },
  ]),
  ...namedOf(tool('Zendesk'), [
    {
      id: 'zendesk-token',
      about: /zendesk|freshdesk|intercom/,
      names: /(token|key|secret)$/,
      value: /^[A-Za-z0-9]{40}$|^[A-Za-z0-9]{20}$|^dG9rO[A-Za-z0-9+/=]{50,80}$/,
    },
  ]),
  ...tokensOf(tool('ReadMe'), [
    { id: 'readme-key', title: 'ReadMe API key', keywords: ['rdme_'], pattern: /rdme_[a-z0-9]{64,70}/y },
  ]),
  ...tokensOf(tool('Frame.io'), [{ id: 'frameio-token', keywords: ['fio-u-'], pattern: /fio-u-[A-Za-z0-9_=-]{64}/y }]),
  ...tokensOf(tool('Dropbox'), [
    {
      id: 'dropbox-token',
      title: 'Dropbox access token',
      keywords: ['sl.u.', 'sl.A', 'sl.B', 'sl.C'],
      pattern: /sl\.(?:u\.)?[A-Za-z0-9_-]{100,1500}/y,
    },
  ]),
  ...namedOf(tool('Dropbox'), [
    {
      id: 'dropbox-secret',
      title: 'Dropbox secret or token',
      about: /dropbox/,
      names: /(secret|token|key)$/,
      value: /^[a-z0-9]{15}$|^[A-Za-z0-9_-]{64}$|^[A-Za-z0-9]{11}AAAAAAAAAA[A-Za-z0-9_=-]{43}$/,
    },
  ]),
  ...tokensOf(tool('Facebook', 'in the settings of the app'), [
    {
      id: 'facebook-token',
      title: 'Facebook or Instagram access token',
      alphabet: /[A-Za-z0-9+/_-]/,
      keywords: ['EAA', 'IGQV', 'IGAA'],
      pattern: /(?:EAA[A-Za-z0-9]{80,400}|IG(?:QV|AA)[A-Za-z0-9_-]{100,300})/y,
      check: (token) =>
        /\d/.test(token) && /[a-z]/.test(token) && /[A-Z]/.test(token.slice(4)) ? { confidence: 'high' } : undefined,
    },
  ]),
  ...tokensOf(tool('X (Twitter)', 'in the developer portal'), [
    {
      id: 'twitter-bearer-token',
      title: 'Twitter bearer token',
      keywords: ['AAAAAAAAAAAAAAAAAAAA'],
      repeats: true,
      pattern: /A{20,22}[A-Za-z0-9%]{60,120}/y,
      alphabet: /[A-Za-z0-9%+/]/,
      check: (token) =>
        /%/.test(token)
          ? { confidence: 'high', validated: 'structure' }
          : /[A-Z].*\d.*[a-z]/.test(token.slice(22)) && !/A{5}/.test(token.slice(22))
            ? { confidence: 'low' }
            : undefined,
    },
  ]),
  ...namedOf(tool('Social network', 'in the settings of the app'), [
    {
      id: 'social-secret',
      title: 'Secret of an application at a social network',
      about:
        /twitter|facebook|linkedin|instagram|spotify|reddit|twitch|pinterest|tiktok|strava|^fb|foursquare|tumblr|vimeo|flickr|^line|consumer/,
      names: /(secret|token|key|password|token_secret)$/,
      value:
        /^[0-9a-f]{32}$|^[A-Za-z0-9_-]{16}$|^[A-Za-z0-9_-]{24,50}$|^\d{6,20}-[A-Za-z0-9]{30,42}$|^[a-z0-9]{30}$|^WPL_AP\d\.[A-Za-z0-9.=]{16,60}$/,
    },
  ]),
  ...tokensOf(tool('LinkedIn'), [
    {
      id: 'linkedin-secret',
      title: 'LinkedIn client secret',
      keywords: ['WPL_AP'],
      pattern: /WPL_AP\d\.[A-Za-z0-9]{10,40}\.[A-Za-z0-9+/]{4,12}={0,2}/y,
    },
  ]),
  ...tokensOf(keeper('Doppler', 'in its dashboard under Access'), [
    {
      id: 'doppler-token',
      keywords: ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.', 'dp.said.'],
      pattern: /dp\.(?:pt|st|ct|sa|said|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}/y,
    },
  ]),
  ...tokensOf(keeper('1Password', 'in the account under Developer > Service accounts'), [
    {
      id: 'onepassword-token',
      title: '1Password service account token',
      keywords: ['ops_eyJ'],
      pattern: /ops_eyJ[A-Za-z0-9+/_-]{100,2000}={0,2}/y,
      check: (token) =>
        decodedJson(token.slice(4)) === undefined
          ? { confidence: 'high' }
          : { confidence: 'certain', validated: 'parsed' },
    },
    {
      id: 'onepassword-secret-key',
      title: '1Password secret key',
      keywords: ['A3-'],
      pattern: /A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}/y,
    },
  ]),
  ...namedOf(keeper('Bitwarden', 'in Secrets Manager under Machine accounts'), [
    {
      id: 'bitwarden-token',
      title: 'Bitwarden machine account token',
      names: /(?:)/,
      value: new RegExp(`^0\\.${uuid}\\.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{22}==$`),
    },
  ]),
  ...namedOf(keeper('Infisical', 'in the project under Access control'), [
    {
      id: 'infisical-token',
      title: 'Infisical service token',
      names: /(?:)/,
      value: /^st\.[0-9a-f-]{24,36}\.[0-9a-f]{32}\.[0-9a-f]{32}$/,
    },
  ]),
  ...tokensOf(keeper('age', 'by encrypting everything again for a new key'), [
    {
      id: 'age-secret-key',
      title: 'age secret key',
      kind: 'key',
      keywords: ['AGE-SECRET-KEY-', 'AGE-PLUGIN-'],
      pattern: /AGE-(?:SECRET-KEY-|PLUGIN-[A-Z0-9]{1,20}-)1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{50,200}/y,
      check: (token) => (isBech32(token) ? { confidence: 'certain', validated: 'checksum' } : { confidence: 'medium' }),
    },
  ]),
  ...tokensOf(builds('Buildkite'), [
    { id: 'buildkite-token', keywords: ['bkua_', 'bkct_', 'bkpt_'], pattern: /bk(?:ua|ct|pt)_[A-Za-z0-9]{40,60}/y },
  ]),
  ...tokensOf(builds('CircleCI'), [
    { id: 'circleci-token', keywords: ['CCIPAT_', 'CCIPRJ_'], pattern: /CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}/y },
  ]),
  ...namedOf(builds('Build service'), [
    {
      id: 'build-service-token',
      title: 'Token of a build service',
      about: /circle|travis|jenkins|drone|buildkite|bitrise|appveyor|teamcity|semaphore/,
      names: /(token|key|secret|password)$/,
      value: /^[0-9a-f]{32,40}$|^11[0-9a-f]{32}$|^[A-Za-z0-9_-]{20,22}$|^[A-Za-z0-9]{32}$/,
    },
  ]),
  ...tokensOf(builds('Octopus Deploy'), [
    {
      id: 'octopus-key',
      title: 'Octopus Deploy API key',
      keywords: ['API-'],
      pattern: /API-[A-Z0-9]{26}/y,
      check: (token) => (/\d/.test(token) ? { confidence: 'medium' } : undefined),
    },
  ]),
  ...tokensOf(builds('Harness'), [
    {
      id: 'harness-token',
      keywords: ['pat.', 'sat.'],
      pattern: /[ps]at\.[A-Za-z0-9_-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20}/y,
    },
  ]),
  ...tokensOf(builds('Prefect'), [
    { id: 'prefect-key', title: 'Prefect API key', keywords: ['pnu_', 'pnb_'], pattern: /pn[ub]_[A-Za-z0-9]{36}/y },
  ]),
  ...tokensOf(builds('dbt'), [
    { id: 'dbt-token', keywords: ['dbtc_', 'dbtu_'], pattern: /dbt[cu]_[A-Za-z0-9_-]{36,64}/y },
  ]),
  ...namedOf(tool('Okta', 'in the admin console under Security > API'), [
    {
      id: 'okta-token',
      title: 'Okta API token',
      severity: 'critical',
      names: /(?:)/,
      value: /^(?:SSWS\s)?00[A-Za-z0-9_-]{40}$/,
      check: (value) => (/[a-z]/.test(value) && /[A-Z]/.test(value) ? { confidence: 'high' } : undefined),
    },
    {
      id: 'okta-secret',
      title: 'Okta client secret',
      severity: 'high',
      about: /okta/,
      names: /secret$/,
      value: /^[A-Za-z0-9_-]{40}$|^[A-Za-z0-9_-]{64}$/,
    },
  ]),
  ...namedOf(tool('Auth0', 'in the dashboard: rotate the secret'), [
    {
      id: 'auth0-secret',
      title: 'Auth0 client secret',
      severity: 'critical',
      about: /auth0/,
      names: /(secret|token)$/,
      value: /^[A-Za-z0-9_-]{64}$|^[A-Za-z0-9_-]{32}$/,
    },
  ]),
  ...namedOf(tool('OneLogin or Duo'), [
    {
      id: 'identity-service-secret',
      title: 'Secret of an identity service',
      about: /onelogin|duo|keycloak|cognito|workos|stytch|clerk/,
      names: /(secret|skey|key|secret_?key)$/,
      value: /^[0-9a-f]{64}$|^[A-Za-z0-9_-]{32,64}$|^[a-z0-9]{40,64}$/,
    },
  ]),
  ...tokensOf(tool('Ory'), [
    {
      id: 'ory-token',
      keywords: ['ory_pat_', 'ory_at_', 'ory_rt_', 'ory_apikey_'],
      pattern: /ory_(?:pat|at|rt|apikey)_[A-Za-z0-9_.-]{32,120}/y,
    },
  ]),
  ...tokensOf(tool('Kong'), [
    { id: 'kong-token', keywords: ['kpat_', 'spat_'], pattern: /[ks]pat_[A-Za-z0-9]{40,60}/y },
  ]),
  ...tokensOf(tool('PubNub'), [
    { id: 'pubnub-key', title: 'PubNub secret key', keywords: ['sec-c-'], pattern: /sec-c-[A-Za-z0-9]{48}/y },
  ]),
  ...tokensOf(tool('WakaTime'), [
    { id: 'wakatime-key', title: 'WakaTime API key', keywords: ['waka_'], pattern: new RegExp(`waka_${uuid}`, 'y') },
  ]),
  ...tokensOf(tool('Rootly'), [{ id: 'rootly-token', keywords: ['rootly_'], pattern: /rootly_[0-9a-f]{64}/y }]),
  ...tokensOf(tool('Pinterest'), [
    { id: 'pinterest-token', keywords: ['pina_'], pattern: /pina_[A-Za-z0-9]{64,120}/y },
  ]),
  ...namedOf(tool('Data service'), [
    {
      id: 'data-service-key',
      title: 'Key of a data service',
      about:
        /virustotal|^vt_|shodan|censys|abuseipdb|maxmind|openweather|pusher|pubnub|ably|todoist|shortcut|lokalise|crowdin|hunter|alchemy|infura|etherscan|newsapi|tmdb|rapidapi|yelp/,
      names: /(key|token|secret)$/,
      value:
        /^[0-9a-f]{20}$|^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{64}$|^[A-Za-z0-9_-]{32,50}$|^[0-9a-f]{8}-[0-9a-f-]{27}$|^[A-Za-z0-9_-]{6,12}\.[A-Za-z0-9_-]{6}:[A-Za-z0-9_-]{20,50}$|^[0-9a-f]{80}$/,
    },
  ]),
];
