import { cacheFolder } from '../../advisories/location.ts';
import { ruleSetFolder } from '../../rules/rule-store.ts';
import { limitTime } from '../../signals.ts';
import { compiledRuleFolder } from '../check-settings.ts';
import type { Invocation } from '../command.ts';

/** What every command that changes rules is told. */
export function ruleOptionsOf({ configuration, io }: Invocation) {
  const { settings } = configuration;
  const folder = cacheFolder(settings['cache-dir'], io.environment);
  return {
    folder: ruleSetFolder(folder),
    compiled: compiledRuleFolder(folder),
    // How old rules are is asked of the clock.
    now: new Date(),
    progress: io.progress,
    signal: limitTime(io.signal, settings.timeout),
    force: settings.force,
    onWait: () => io.progress.report('waiting for another process that changes rules'),
  };
}

/** Rules of all parts of a set: how many are of use, and how many are not. */
export function totalsOf(parts: readonly { readonly counts: { readonly loaded: number; readonly lost: number } }[]): {
  readonly loaded: number;
  readonly lost: number;
} {
  return {
    loaded: parts.reduce((sum, { counts }) => sum + counts.loaded, 0),
    lost: parts.reduce((sum, { counts }) => sum + counts.lost, 0),
  };
}
