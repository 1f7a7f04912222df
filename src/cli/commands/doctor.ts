import { cacheFolder } from '../../advisories/location.ts';
import { exitStatus } from '../../errors.ts';
import { checkSettings } from '../check-settings.ts';
import type { Command, Invocation } from '../command.ts';
import type { DoctorLine } from '../doctor/doctor-line.ts';
import { textWidth } from '../ui/streams.ts';

async function run(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const [look, { linesAsJson, linesAsText }, { databaseOf }] = await Promise.all([
    import('../doctor/look.ts'),
    import('../doctor/show-lines.ts'),
    import('../advisory-supply.ts'),
  ]);
  const now = new Date();
  const lines: readonly DoctorLine[] = [
    look.lookAtNode(),
    look.lookAtCache(cacheFolder(settings['cache-dir'], io.environment)),
    ...(await look.lookAtAdvisories(databaseOf(settings, io.environment), now)),
    ...look.lookAtRules(checkSettings(invocation), now),
    ...(await Promise.all([
      look.lookAtEngine('docker', io, settings.offline),
      look.lookAtEngine('podman', io, settings.offline),
    ])),
  ];
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
  summary: 'Look at Node.js, the cache, the advisory database, rules and container engines.',
  description:
    'No host is asked but container engines. Exit status: 0 where nothing failed, 70 where rules or the cache folder failed, 5 where the advisory database is unusable, with --require-complete also where there is none. What is merely not installed fails nothing.',
  arguments: [],
  options: ['format', 'db', 'cache-dir', 'rules', 'offline', 'require-complete'],
  formats: ['table', 'json'],
  examples: ['drydock doctor', 'drydock doctor --require-complete && drydock scan image.tar --fail-on high'],
  run,
};
