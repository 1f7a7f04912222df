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
    }
  | {
      /** A manifest whose layers are asked for one by one, and without a configuration. */
      readonly kind: 'layers';
      /** What the report calls it. */
      readonly name: string;
      /** Base first. */
      readonly layers: readonly AddressedLayer[];
      readonly platform?: undefined;
    };

/** A layer, and where it is to be had. */
export interface AddressedLayer {
  /** `sha256:...` of its bytes as stored: other ones are refused. */
  readonly digest: string;
  /** An http or https address, which may be signed: it is in no log and no message. */
  readonly uri: string;
  /** Sent along, to that origin alone; may hold credentials. */
  readonly headers: ReadonlyMap<string, string>;
  readonly mediaType?: string;
}

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
