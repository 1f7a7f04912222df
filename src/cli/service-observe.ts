import path from 'node:path';
import { withConfiguredChecks } from '../checks/configure.ts';
import { checks as allChecks } from '../checks/index.ts';
import type { ServiceObserveSettings } from '../config/service-settings.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { DrydockError, UsageError } from '../errors.ts';
import { engineAddresses } from '../net/container-engine/addresses.ts';
import { connectEngine, type Engine } from '../net/container-engine/engine.ts';
import { EngineError } from '../net/container-engine/engine-error.ts';
import { type EngineImageDescription, inspectImage } from '../net/container-engine/images.ts';
import type { Dialer } from '../net/dial.ts';
import { reap } from '../runtime/cage/reaper.ts';
import { scanImage } from '../scan.ts';
import type { ImageRuns, RunOrder } from '../server/observe/image-runs.ts';
import type { ServiceLog } from '../server/service-log.ts';
import { checkSettings } from './check-settings.ts';
import type { Invocation } from './command.ts';
import { callRuleTexts } from './observe/call-rule-texts.ts';
import { chooseScanners } from './observe/choose-scanners.ts';
import { runImage } from './observe/run-image.ts';
import { readingOptions } from './reading-options.ts';
import { selectChecks } from './select-checks.ts';
import { serviceContext } from './service-scan.ts';
import { toolVersion } from './tool-version.ts';

/**
 * How the service runs images: with the engine, cage, rules and scanners of its command line, of which each run chooses.
 * Rules are read once, at the start.
 * @throws UsageError for what is not there, or makes no sense
 */
export async function serviceRuns(
  invocation: Pick<Invocation, 'configuration' | 'io'>,
  { engine: kind, host }: ServiceObserveSettings,
  dialer: Dialer,
  log: ServiceLog,
): Promise<ImageRuns> {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const environment = {
    ...io.environment,
    ...(host !== undefined && { [kind === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST']: host }),
  };
  engineAddresses(kind, environment);
  const rules = named('call-rules', settings['call-rules'], (word) => callRuleTexts([word], io.folder));
  const scanners = named('service-scanners', settings['service-scanners'], (word) => word);
  const contentSettings = checkSettings(invocation);
  const { checks: selected } = selectChecks(settings, allChecks);
  const own = log.within('observe');
  const engineOf = (signal: AbortSignal) => connectEngine(kind, { environment, offline: dialer.offline, signal });
  const scannersOf = (names: readonly string[], temporary: string) =>
    chooseScanners(
      names.map((name) => scanners.get(name)!),
      io.folder,
      temporary,
    );
  const { temporary } = serviceContext(io.signal, own);
  await scannersOf([...scanners.keys()], temporary);
  const choicesOf = async (order: RunOrder) => {
    const tracerFolder = settings['tracer-folder'];
    const { cage, network, duration, readyTimeout, presets, prove, runProfile } = order;
    return {
      ...{ cage, network, duration, readyTimeout, presets, prove, environment },
      acceptWeakCage: settings['accept-weak-cage'],
      gvisor: settings.sandbox === 'gvisor',
      tracer: 'strace',
      ...(tracerFolder !== undefined && { tracerFolder }),
      rules: order.callRules.flatMap((name) => rules.get(name)!),
      scanners: await scannersOf(order.serviceScanners, temporary),
      ...(runProfile && { runProfile }),
    } as const;
  };
  return {
    engine: kind,
    cage: settings.cage,
    callRules: [...rules.keys()],
    serviceScanners: [...scanners.keys()],
    async run(order, { signal, onStep, events, onView }) {
      const context = serviceContext(signal, own, onStep);
      context.progress.report('asking the engine for the image');
      const engine = await engineOf(signal);
      const image = await imageOf(engine, order.reference, signal);
      const choices = { ...(await choicesOf(order)), events };
      const { elsewhere, platform: _, ...reading } = readingOptions(invocation, context, dialer, contentSettings);
      const [report] = await withConfiguredChecks(selected, contentSettings, (checks) =>
        scanImage(
          // By its id, so that no name can lead elsewhere meanwhile.
          `${kind}:${image.id}`,
          {
            ...{ ecosystems, checks, toolVersion, deep: settings.deep, ...reading },
            elsewhere: { ...elsewhere!, environment, log: own },
            ...(onView !== undefined && { onView: (view) => onView(view) }),
            observer: { observe: (view) => runImage(view, { engine, image }, choices, context) },
          },
          context,
        ),
      );
      if (report === undefined) throw new DrydockError('source.not-an-image', 'Nothing was found in the image.');
      return { ...report, image: { ...report.image, reference: `${kind}:${order.reference}` } };
    },
    async clean(signal) {
      const { containers, networks, volumes, images, failures } = await reap(await engineOf(signal), { signal });
      for (const failure of failures) own.warn({}, failure);
      return containers + networks + volumes + images;
    },
  };
}

/** Nothing is fetched: what runs is what is there. @throws EngineError `absent` */
async function imageOf(engine: Engine, name: string, signal: AbortSignal): Promise<EngineImageDescription> {
  try {
    return await inspectImage(engine, name, signal);
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure !== 'absent') throw error;
    const what = `${engine.name} does not have ${JSON.stringify(name)}`;
    throw new EngineError(
      'absent',
      `${what}, and the service runs only what it has: pull it there, or load its archive.`,
      {
        cause: error,
      },
    );
  }
}

/** By the names that clients use: a word as it is, and of a file or folder its name without the ending. */
function named<T>(option: string, words: readonly string[], read: (word: string) => T): ReadonlyMap<string, T> {
  const all = new Map<string, T>();
  for (const word of words) {
    if (word === 'none') continue;
    const name = path.basename(word).replace(/\.ya?ml$/, '');
    if (all.has(name)) throw new UsageError('usage.configuration', `--${option}: two of them are called ${name}.`);
    all.set(name, read(word));
  }
  return all;
}
