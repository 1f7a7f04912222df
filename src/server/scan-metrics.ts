import { Gauge, type Registry } from 'prom-client';
import type { JobCounts, JobQueue } from '../jobs/queue.ts';
import type { ScanJobs } from '../jobs/scan-jobs.ts';

const states = ['queued', 'active', 'dead'] as const;

/** Adds how many jobs wait, go on, and were given up: a queue that only grows wants more workers. */
export function addScanMetrics(registry: Registry, queues: Readonly<Record<string, JobQueue<ScanJobs>>>): void {
  addJobs('scan-image', registry, queues, {
    name: 'drydock_scan_jobs',
    help: 'Scans of images, by queue (`shared` by all processes of a database, `local` to this one) and state.',
  });
  addJobs('read-layer', registry, queues, {
    name: 'drydock_layer_jobs',
    help: 'Layers that are read on their own, once for all images that have them, by queue and state.',
  });
}

function addJobs(
  kind: keyof ScanJobs & string,
  registry: Registry,
  queues: Readonly<Record<string, JobQueue<ScanJobs>>>,
  names: { readonly name: string; readonly help: string },
): void {
  new Gauge({
    ...names,
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const [queue, jobs] of Object.entries(queues)) {
        const counts = await jobs.counts(kind).catch((): JobCounts | undefined => undefined);
        if (counts === undefined) continue;
        for (const state of states) this.set({ queue, state }, counts[state]);
      }
    },
  });
}
