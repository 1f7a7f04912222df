import type { ScanContext } from '../../context.ts';
import type { Observer } from '../../model/observation.ts';
import type { Invocation } from '../command.ts';
import type { RunSettings } from './run-settings.ts';
import type { ObservedContainer } from './subject.ts';

/** The observer that watches a container without touching it. */
export function containerObserver(
  { engine, image, container }: ObservedContainer,
  { scanners }: RunSettings,
  { configuration: { settings }, io }: Invocation,
): (context: ScanContext) => Observer {
  return (context) => ({
    observe: async (view) => {
      const { observeContainer } = await import('../../runtime/observe/observe-container.ts');
      return await observeContainer(view, {
        engine,
        image,
        container,
        duration: settings.duration,
        scanners,
        environment: io.environment,
        signal: context.signal,
        progress: context.progress,
      });
    },
  });
}
