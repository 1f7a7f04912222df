import type { FindingKind } from '../model/finding.ts';

/** What findings of a kind are called, many of them. */
export const kindTitles: Readonly<Record<FindingKind, string>> = {
  vulnerability: 'Vulnerabilities',
  malware: 'Malware',
  webshell: 'Webshells',
  secret: 'Secrets',
  configuration: 'Configuration',
  history: 'History',
  persistence: 'Persistence',
  evasion: 'Evasion',
  service: 'Services',
  call: 'Calls',
  licence: 'Licences',
};
