import { mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { UsageError } from '../../errors.ts';
import type { ServiceScanner } from '../../model/service-scanner.ts';
import type { RuleText } from '../../runtime/call-rules/read-falco-rules.ts';
import type { RunProfile } from '../../runtime/run-profiles/run-profile.ts';
import type { Invocation } from '../command.ts';
import { callRuleTexts } from './call-rule-texts.ts';
import { chooseScanners } from './choose-scanners.ts';
import { runOptionNames } from './run-option-names.ts';

/** What the files and programs that this command line names hold. */
export interface RunSettings {
  readonly rules: readonly RuleText[];
  readonly scanners: readonly ServiceScanner[];
  readonly runProfile?: RunProfile;
  /** Folder for profiles, which is there. */
  readonly profiles?: string;
}

/**
 * Reads them before anything is scanned or run: a slip in a name is told at once.
 * @throws UsageError
 */
export async function readRunSettings({ configuration, io }: Invocation): Promise<RunSettings> {
  const { settings, origins } = configuration;
  const { profiles, container, prove, 'run-profile': file, 'service-scanners': words } = settings;
  if (profiles !== undefined && !prove) {
    throw new UsageError(
      'usage.option',
      '--profiles: what is written there is what --prove finds out; give that, too.',
    );
  }
  if (container !== undefined) refuseUnfit(origins);
  const tracerFolder = settings['tracer-folder'];
  if (tracerFolder !== undefined && statSync(tracerFolder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError('usage.option', `--tracer-folder: ${tracerFolder} is no folder.`);
  }
  if (prove && settings.tracer !== 'strace') {
    throw new UsageError('usage.option', '--prove: strace alone tells every call; leave --tracer out.');
  }
  // A container of others is asked nothing, unless somebody says who shall.
  const isAsked = container === undefined || origins.get('service-scanners') !== 'default';
  const command = settings['service-command'];
  const scanners = await chooseScanners(isAsked ? words : ['none'], io.folder, tmpdir(), command);
  const runProfile = file === undefined ? undefined : await profileOf(file);
  return {
    rules: callRuleTexts(settings['call-rules'], io.folder),
    scanners,
    ...(runProfile && { runProfile }),
    ...(profiles !== undefined && { profiles: madeFolder(profiles) }),
  };
}

/** A configuration file may be for both; on the command line it is a misunderstanding. */
function refuseUnfit(origins: Invocation['configuration']['origins']): void {
  const unfit = runOptionNames.find((name) => origins.get(name) === 'flag');
  if (unfit === undefined) return;
  throw new UsageError(
    'usage.option',
    `--${unfit}: a container that runs already is only watched (--container); this is for an IMAGE that is started.`,
  );
}

async function profileOf(file: string): Promise<RunProfile> {
  const { readRunProfile } = await import('../../runtime/run-profiles/read-run-profile.ts');
  return await readRunProfile(file);
}

function madeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (error) {
    throw new UsageError('usage.option', `--profiles: ${folder} cannot be made: ${(error as Error).message}`);
  }
}
