import type { ScanContext } from '../../context.ts';
import type { ElsewhereOptions } from '../../image/elsewhere-options.ts';
import type { Observed, Observer } from '../../model/observation.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import type { Invocation } from '../command.ts';
import { type RunChoices, runImage } from './run-image.ts';
import type { RunSettings } from './run-settings.ts';
import type { ObservedImage } from './subject.ts';

/** The observer that runs an image and watches it; one that the engine does not have is given to it meanwhile. */
export function imageObserver(
  { engine, image, reference, platform }: ObservedImage,
  run: RunSettings,
  { configuration: { settings }, io }: Invocation,
): (context: ScanContext, elsewhere: ElsewhereOptions) => Observer {
  const tracerFolder = settings['tracer-folder'];
  const choices: RunChoices = {
    ...run,
    cage: settings.cage,
    network: settings.network as 'none' | 'sinkhole',
    duration: settings.duration,
    readyTimeout: settings['ready-timeout'],
    acceptWeakCage: settings['accept-weak-cage'],
    gvisor: settings.sandbox === 'gvisor',
    presets: !settings['no-presets'],
    tracer: settings.tracer as RunChoices['tracer'],
    ...(tracerFolder !== undefined && { tracerFolder }),
    prove: settings.prove,
    environment: io.environment,
  };
  return (context, elsewhere) => ({
    observe: async (view) => {
      const observe = async (found: EngineImageDescription): Promise<Observed> =>
        await runImage(view, { engine, image: found }, choices, context);
      if (image !== undefined) return await observe(image);
      const { withLoadedImage } = await import('../../runtime/observe/load-image.ts');
      const foreign = { engine, reference, scanned: view.image, elsewhere, context };
      return await withLoadedImage({ ...foreign, ...(platform !== undefined && { platform }) }, observe);
    },
  });
}
