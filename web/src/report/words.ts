import type { Finding, Observation } from '../api/schema.ts';
import { plainText } from '../ui/image-text.tsx';

type Kind = Finding['kind'];

/** One of them, in a row. */
export const kindWord: Readonly<Record<Kind, string>> = {
  vulnerability: 'vulnerability',
  malware: 'malware',
  webshell: 'webshell',
  secret: 'secret',
  configuration: 'configuration',
  history: 'history',
  persistence: 'persistence',
  evasion: 'evasion',
  service: 'service',
  call: 'call',
  licence: 'licence',
};

export const useWords: Readonly<Record<NonNullable<Finding['use']>, string>> = {
  listening: 'listens on the network',
  executed: 'was executed',
  loaded: 'was loaded',
  opened: 'was opened',
  'not-seen': 'not seen in use',
};

export const fromWords: Readonly<Record<Finding['from'], string>> = {
  own: 'this image',
  base: 'base image',
  unknown: 'not known',
};

export const outcomeWords: Readonly<Record<Observation['attempts'][number]['outcome'], string>> = {
  listening: 'it listens',
  healthy: 'it is healthy',
  running: 'it runs',
  exited: 'it ended',
  failed: 'it did not start',
};

/** `Critical`. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `2026-05-04` of a moment: reports are compared by days, in one time zone. */
export function dayOf(moment: string): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(moment) ? moment.slice(0, 10) : plainText(moment.slice(0, 40));
}

/** `2026-05-04 10:33 UTC`. */
export function momentOf(moment: string): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime())
    ? plainText(moment.slice(0, 40))
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
