import { tmpdir } from 'node:os';
import { cacheFolder } from '../../advisories/location.ts';
import { noProgress } from '../../context.ts';
import { exitStatus } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import { silent } from '../../log.ts';
import { STARTER } from '../../model/check.ts';
import { limitTime } from '../../signals.ts';
import { checkSettings } from '../check-settings.ts';
import type { Command, Invocation } from '../command.ts';
import type { DoctorLine } from '../doctor/doctor-line.ts';
import { textWidth } from '../ui/streams.ts';

/** Milliseconds that the canaries may take together: they are small, and an engine that hangs is one that fails. */
const LONGEST = 120_000;

async function examine(invocation: Invocation, now: Date): Promise<readonly DoctorLine[]> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const [{ scanCanaries }, { judgeCanaries }, data, machine, { ecosystems }, { checks }, { openStarter }, supply] =
    await Promise.all([
      import('../doctor/scan-canaries.ts'),
      import('../doctor/judge-canaries.ts'),
      import('../doctor/look-at-data.ts'),
      import('../doctor/look-at-machine.ts'),
      import('../../ecosystems/index.ts'),
      import('../../checks/index.ts'),
      import('../../advisories/starter.ts'),
      import('../advisory-supply.ts'),
    ]);
  const context = {
    signal: limitTime(io.signal, LONGEST),
    log: silent,
    limits: defaultLimits,
    // What is read of them is nobody's business.
    progress: noProgress,
    temporary: tmpdir(),
    now,
  };
  io.progress.report('trying every engine');
  const rules = checkSettings(invocation);
  const libraries = await machine.lookAtLibraries();
  const scans = await scanCanaries({ ecosystems, checks, settings: rules, openAdvisories: openStarter, context });
  const canaries = judgeCanaries(scans, {
    starterRules:
      !settings.rules.includes('none') &&
      (settings.rules.length === 0 || rules.ruleSets.some(({ name }) => name === STARTER)),
    model: !settings.rules.includes('none'),
  });
  const file = supply.databaseOf(settings, io.environment);
  return [
    ...libraries,
    ...canaries,
    ...(await data.lookAtAdvisories(file, ecosystems, context)),
    ...data.lookAtRules(rules, scans, now),
    ...machine.lookAtFolders(cacheFolder(settings['cache-dir'], io.environment), context.temporary),
    machine.lookAtNetwork(io.environment, settings.offline),
    ...(await machine.lookAtEngines(io, settings.offline)),
  ];
}

async function run(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  // The clock is one of the things that are looked at: SOURCE_DATE_EPOCH is for what is made.
  const now = new Date();
  const lines = await examine(invocation, now);
  const { linesAsJson, linesAsText } = await import('../doctor/show-lines.ts');
  await io.stdout.write(
    settings.format === 'json'
      ? linesAsJson(lines, now)
      : linesAsText(lines, textWidth(io.stdout, io.environment), io.program),
  );
  const has = (state: DoctorLine['state'], id?: string) =>
    lines.some((line) => line.state === state && (id === undefined || line.id === id));
  if (has('failed', 'advisories') || (settings['require-complete'] && has('absent', 'advisories'))) {
    return exitStatus.advisories;
  }
  return has('failed') ? exitStatus.fault : exitStatus.done;
}

export const command: Command = {
  name: 'doctor',
  summary: 'Try every engine on images that are made for it, and look at data, folders and container engines.',
  description:
    'Small images are made in memory, each with something that an engine must find; none is kept, and no host is asked. Exit status: 0 where nothing failed, 70 where an engine, rules or this machine failed, 5 where the advisory database is unusable, with --require-complete also where there is none. What is merely not installed fails nothing.',
  arguments: [],
  options: ['format', 'db', 'cache-dir', 'rules', 'offline', 'require-complete'],
  formats: ['table', 'json'],
  examples: ['drydock doctor', 'drydock doctor --require-complete && drydock scan image.tar --fail-on high'],
  run,
};
