import type { CageProfile } from '../../model/observation.ts';
import type { Report } from '../../model/report.ts';
import type { RunListener } from '../../model/run-event.ts';
import type { ImageView } from '../../model/view.ts';
import type { RunProfile } from '../../runtime/run-profiles/run-profile.ts';
import type { ScanStep } from '../../store/image-shelf.ts';

/** An image that shall be run, and how. */
export interface RunOrder {
  /** What the engine knows the image by: a name or an id. */
  readonly reference: string;
  /** Milliseconds that it is watched once it is ready. */
  readonly duration: number;
  /** Milliseconds until it counts as running, whatever it does. */
  readonly readyTimeout: number;
  readonly network: 'none' | 'sinkhole';
  readonly cage: CageProfile;
  /** Well-known images may be given what they want to have. */
  readonly presets: boolean;
  /** Further runs prove what it needs. */
  readonly prove: boolean;
  /** Names of those that the service has. */
  readonly callRules: readonly string[];
  readonly serviceScanners: readonly string[];
  readonly runProfile?: RunProfile;
}

/** How a run is followed and ended. */
export interface RunCalls {
  readonly signal: AbortSignal;
  onStep(step: ScanStep): void;
  readonly events: RunListener;
  /** Told of the image that was put together. */
  onView?(view: ImageView): void;
}

/** Runs images of one engine, and says what there is to choose from. */
export interface ImageRuns {
  /** `docker`, `podman`. */
  readonly engine: string;
  /** No run has a weaker one. */
  readonly cage: CageProfile;
  readonly callRules: readonly string[];
  readonly serviceScanners: readonly string[];
  /**
   * Reads an image, runs it and watches it, and removes all that was made for it; does not judge vulnerabilities.
   * @throws DrydockError where it cannot be run; the reason of the signal
   */
  run(order: RunOrder, calls: RunCalls): Promise<Report>;
  /** Removes what processes left that are gone. @returns how much it was @throws EngineError */
  clean(signal: AbortSignal): Promise<number>;
}
