import type { JobPolicy } from './queue.ts';

/** The kinds of jobs there are, with their data. What needs credentials of its own is in no shared queue. */
export interface ScanJobs extends Readonly<Record<string, object>> {
  readonly 'scan-image': ScanImageJob;
  /** Its key names what is to be learned of the layer, so that images that share it have one job. */
  readonly 'read-layer': ReadLayerJob;
}

export interface ScanImageJob {
  /** Of the stored image. */
  readonly image: string;
  readonly reference: string;
  readonly platform?: string;
}

export interface ReadLayerJob {
  /** Of the stored image that was first in want of it. */
  readonly image: string;
  /** By the digest of its manifest: `registry.example/app@sha256:...` */
  readonly reference: string;
  readonly digest: string;
  /** Bytes as stored. */
  readonly size: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const scanPolicies = {
  'scan-image': { attempts: 4, backOff: 5 * SECOND, maximumBackOff: 5 * MINUTE, timeout: 30 * MINUTE, concurrency: 2 },
  // A scan waits for it, and can do without it.
  'read-layer': { attempts: 3, backOff: SECOND, maximumBackOff: 5 * SECOND, timeout: 10 * MINUTE, concurrency: 3 },
} as const satisfies { readonly [K in keyof ScanJobs]: JobPolicy };

/**
 * The policies of a process.
 * @param scans images that it scans at a time. It reads a layer more than that at a time, so that the layers of a single
 *   image do not come one by one
 */
export function policiesFor(scans: number): { readonly [K in 'scan-image' | 'read-layer']: JobPolicy } {
  return {
    'scan-image': { ...scanPolicies['scan-image'], concurrency: scans },
    'read-layer': { ...scanPolicies['read-layer'], concurrency: scans + 1 },
  };
}
