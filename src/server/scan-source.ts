import type { ScanCalls } from '../jobs/scan-worker.ts';
import type { Report } from '../model/report.ts';
import type { CredentialSource } from '../net/registry/credentials.ts';
import type { LayerCache } from '../reading/layer-cache.ts';
import type { AbsentLayer } from '../reading/single-layers.ts';

/** What a scan of the service reads. */
export type ScanSource =
  | {
      readonly kind: 'registry';
      readonly reference: string;
      readonly platform?: string;
      /** Of whoever asked for the scan, for this scan alone; absent: those of the service. */
      readonly credentials?: CredentialSource;
      /** The registry is spoken to without TLS. */
      readonly plainHttp?: boolean;
    }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** What the report calls it. */
      readonly name: string;
      readonly platform?: string;
    };

/**
 * Reads an image as the command line does, without judging vulnerabilities.
 * @throws SourceError when it cannot be read
 */
export type ScanImage = (source: ScanSource, calls: ServiceScanCalls) => Promise<readonly Report[]>;

/**
 * Reads a layer into the cache.
 * @throws SourceError when it cannot be read
 */
export type ReadLayerAlone = (
  layer: Omit<AbsentLayer, 'key'>,
  calls: Omit<ServiceScanCalls, 'haveLayers' | 'onStep'>,
) => Promise<void>;

export interface ServiceScanCalls extends ScanCalls {
  /** Where what is learned of layers is kept; absent: in the cache folder of this machine. */
  readonly cache?: LayerCache;
  /** Hosts that are not public and may be asked all the same. */
  registryHosts(): readonly string[];
}
