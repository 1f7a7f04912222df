import { decodedJson, hexChecksum } from '../checksums.ts';
import type { SecretRule } from '../secret-rule.ts';
import { useOf } from '../surroundings.ts';
import { namedOf, tokensOf } from './tokens-of.ts';

const watch = (name: string, revoke = 'in its settings under API keys') => ({
  name,
  revoke,
  why: 'Whoever has it reads what is measured and logged, or writes it, as far as it allows.',
  severity: 'medium' as const,
});
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const isUuid = new RegExp(`^${uuid}$`);
const hex32 = /^[0-9a-f]{32}$/;

export const observabilityRules: readonly SecretRule[] = [
  ...namedOf(watch('Datadog', 'under Organization settings > API keys'), [
    {
      id: 'datadog-key',
      title: 'Datadog key',
      severity: 'high',
      about: /datadog|^dd_/,
      names: /(key|token|secret)$/,
      value: /^[0-9a-f]{32}$|^[0-9a-f]{40}$/,
    },
  ]),
  ...tokensOf(watch('Datadog', 'under Organization settings'), [
    {
      id: 'datadog-token',
      title: 'Datadog access token',
      severity: 'high',
      keywords: ['ddpat_', 'ddapp_', 'ddapt_'],
      pattern: /dd(?:pat|app|apt)_[A-Za-z0-9_-]{32,100}/y,
    },
  ]),
  ...tokensOf(watch('New Relic', 'under API keys'), [
    {
      id: 'new-relic-key',
      title: 'New Relic key',
      severity: 'high',
      keywords: ['NRAK-', 'NRAA-', 'NRII-', 'NRIQ-', 'NRRA-'],
      pattern: /NR(?:AK-[A-Z0-9]{27}|AA-[0-9a-f]{27}|II-[A-Za-z0-9_-]{32}|IQ-[A-Za-z0-9_-]{32}|RA-[0-9a-f]{42})/y,
    },
    {
      id: 'new-relic-licence-key',
      title: 'New Relic licence key',
      keywords: ['NRAL', 'FFFFNRAL'],
      lead: 36,
      pattern: /[0-9a-fA-F]{32}(?:[0-9a-fA-F]{4}|FFFF)NRAL/y,
    },
  ]),
  ...namedOf(watch('New Relic'), [
    {
      id: 'new-relic-named-key',
      title: 'New Relic licence key',
      about: /new_?relic|^nr_/,
      names: /(licen[cs]e_?key|api_?key|insert_?key|key)$/,
      value: /^[0-9a-f]{40}$/,
    },
  ]),
  ...tokensOf(watch('Grafana', 'under Administration > Service accounts'), [
    {
      id: 'grafana-service-token',
      provesItself: true,
      title: 'Grafana service account token',
      severity: 'high',
      keywords: ['glsa_'],
      pattern: /glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}/y,
      check: (token) =>
        hexChecksum(token.slice(5, 37)) === token.slice(38)
          ? { confidence: 'certain', validated: 'checksum' }
          : { confidence: 'high', validated: 'structure' },
    },
    {
      id: 'grafana-cloud-token',
      title: 'Grafana Cloud token',
      severity: 'high',
      keywords: ['glc_'],
      pattern: /glc_[A-Za-z0-9+/_-]{32,500}={0,2}/y,
      check: (token) =>
        decodedJson(token.slice(4)) === undefined
          ? { confidence: 'medium' }
          : { confidence: 'certain', validated: 'parsed' },
    },
    {
      id: 'grafana-key',
      title: 'Grafana API key',
      severity: 'high',
      keywords: ['eyJrIjoi'],
      pattern: /eyJrIjoi[A-Za-z0-9+/_-]{60,200}={0,2}/y,
      check: (token) => {
        const said = decodedJson(token);
        return typeof said === 'object' && said !== null && 'k' in said
          ? { confidence: 'certain', validated: 'parsed' }
          : undefined;
      },
    },
  ]),
  ...tokensOf(watch('Sentry', 'under Settings > Auth tokens'), [
    {
      id: 'sentry-token',
      severity: 'high',
      keywords: ['sntrys_', 'sntryu_', 'sntrya_', 'sntryi_'],
      pattern: /sntry(?:s_eyJ[A-Za-z0-9+/_-]{60,600}={0,2}_[A-Za-z0-9+/]{40,50}|[uai]_[0-9a-f]{64})/y,
    },
    {
      id: 'sentry-dsn',
      title: 'Sentry DSN',
      severity: 'low',
      why: 'Whoever has it sends events to the project.',
      keywords: ['.sentry.io/', '@sentry.io/', 'ingest.sentry.io'],
      leadOf: dsnBefore,
      pattern: /https?:\/\/[0-9a-f]{32}(?::[0-9a-f]{32})?@[a-z0-9.-]{0,80}sentry\.io\/\d{1,20}/y,
      // It is in every page that reports to it; manuals of the client show some.
      check: (_, { around }) => (useOf(around.path) === 'prose' ? undefined : { confidence: 'high' }),
    },
  ]),
  ...namedOf(watch('Sentry'), [
    {
      id: 'sentry-named-token',
      severity: 'high',
      about: /sentry/,
      names: /(token|key|secret)$/,
      value: /^[0-9a-f]{64}$/,
    },
  ]),
  ...tokensOf(watch('PagerDuty'), [
    {
      id: 'pagerduty-key',
      title: 'PagerDuty API key',
      keywords: ['pdus+', 'pdeu+'],
      pattern: /pd(?:us|eu)\+_?[A-Za-z0-9_+-]{12,60}/y,
    },
  ]),
  ...namedOf(watch('PagerDuty'), [
    {
      id: 'pagerduty-named-key',
      title: 'PagerDuty API key',
      about: /pager_?duty|^pd_/,
      names: /(token|key|secret)$/,
      value: /^[A-Za-z0-9+_-]{20}$|^[0-9a-f]{32}$/,
    },
  ]),
  ...namedOf(watch('Rollbar'), [{ id: 'rollbar-token', about: /rollbar/, names: /(token|key)$/, value: hex32 }]),
  ...tokensOf(watch('Honeycomb'), [
    {
      id: 'honeycomb-key',
      title: 'Honeycomb key',
      keywords: ['hcaik_', 'hcalk_', 'hcxik_', 'hcxlk_', 'hcamk_', 'hcxmk_'],
      pattern: /hc[ax][ilm]k_[A-Za-z0-9]{50,64}/y,
    },
  ]),
  ...namedOf(watch('Honeycomb'), [
    {
      id: 'honeycomb-named-key',
      title: 'Honeycomb key',
      about: /honeycomb/,
      names: /(key|team|token)$/,
      value: /^[A-Za-z0-9]{22}$|^[0-9a-f]{32}$/,
    },
  ]),
  ...tokensOf(watch('Dynatrace'), [
    {
      id: 'dynatrace-token',
      severity: 'high',
      keywords: ['dt0'],
      pattern: /dt0[a-z]\d{2}\.[A-Z2-7]{24}\.[A-Z2-7]{64}/y,
      check: () => ({ confidence: 'certain', validated: 'structure' }),
    },
  ]),
  ...namedOf(watch('Splunk'), [
    {
      id: 'splunk-token',
      title: 'Splunk HEC token',
      about: /splunk|hec/,
      names: /(token|key|secret)$/,
      value: isUuid,
    },
  ]),
  ...namedOf(watch('Bugsnag'), [
    {
      id: 'bugsnag-key',
      title: 'Key of Bugsnag, Airbrake or Raygun',
      severity: 'low',
      about: /bugsnag|airbrake|raygun/,
      names: /(key|token)$/,
      value: /^[0-9a-f]{32}$|^[A-Za-z0-9+/]{22}==$/,
    },
  ]),
  ...tokensOf(watch('Axiom'), [
    { id: 'axiom-token', keywords: ['xaat-', 'xapt-'], pattern: new RegExp(`xa[ap]t-${uuid}`, 'y') },
  ]),
  ...namedOf(watch('Opsgenie'), [
    {
      id: 'opsgenie-key',
      title: 'Opsgenie API key',
      about: /opsgenie|genie/,
      names: /(key|token)$/,
      value: isUuid,
    },
  ]),
  ...namedOf(watch('Logging service'), [
    {
      id: 'log-service-key',
      title: 'Key of a logging service',
      about: /sumo|logdna|logz|loggly|papertrail|coralogix|mezmo|logtail/,
      names: /(key|token|secret)$/,
      value: /^[A-Za-z0-9_-]{20,80}$/,
    },
  ]),
  ...tokensOf(watch('LaunchDarkly'), [
    {
      id: 'launchdarkly-key',
      title: 'LaunchDarkly key',
      keywords: ['sdk-', 'api-'],
      pattern: new RegExp(`(?:sdk|api)-${uuid}`, 'y'),
    },
  ]),
  ...tokensOf(watch('PostHog'), [
    { id: 'posthog-key', title: 'PostHog personal API key', keywords: ['phx_'], pattern: /phx_[A-Za-z0-9]{40,60}/y },
  ]),
  ...namedOf(watch('Analytics service'), [
    {
      id: 'analytics-secret',
      title: 'Secret of an analytics service',
      about: /mixpanel|amplitude|segment/,
      names: /(secret|secret_?key|api_?key|write_?key|token)$/,
      value: /^[0-9a-f]{32}$|^[A-Za-z0-9]{32}$/,
    },
  ]),
  ...tokensOf(watch('Segment'), [{ id: 'segment-token', keywords: ['sgp_'], pattern: /sgp_[A-Za-z0-9]{64}/y }]),
  ...tokensOf(watch('SonarQube', 'under My account > Security'), [
    { id: 'sonarqube-token', severity: 'high', keywords: ['squ_', 'sqp_', 'sqa_'], pattern: /sq[upa]_[0-9a-f]{40}/y },
  ]),
  ...namedOf(watch('SonarQube'), [
    {
      id: 'sonarqube-old-token',
      severity: 'high',
      about: /sonar/,
      names: /(token|login|password)$/,
      value: /^[0-9a-f]{40}$/,
    },
  ]),
  ...tokensOf(watch('Snyk'), [
    {
      id: 'snyk-token',
      severity: 'high',
      keywords: ['snyk_uat.', 'snyk_sat.'],
      pattern: /snyk_[us]at\.[0-9a-f]{8}\.[A-Za-z0-9_.-]{40,400}/y,
    },
  ]),
  ...namedOf(watch('Snyk'), [
    {
      id: 'snyk-key',
      title: 'Snyk API token',
      severity: 'high',
      about: /snyk/,
      names: /(token|key|oauth)$/,
      value: isUuid,
    },
  ]),
  ...namedOf(watch('Codecov'), [
    {
      id: 'codecov-token',
      about: /codecov|coveralls/,
      names: /token$/,
      value: /^[0-9a-f]{8}-[0-9a-f-]{27}$|^[A-Za-z0-9]{32,33}$/,
    },
  ]),
];

/** Characters of a DSN that stand before the name of the service. */
function dsnBefore(text: string, at: number): number {
  const from = Math.max(0, at - 180);
  const start = text.slice(from, at).lastIndexOf('http');
  return start < 0 ? 0 : at - from - start;
}
