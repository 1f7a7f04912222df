import { Gauge, type Registry } from 'prom-client';
import type { JobCounts, JobQueue } from '../jobs/queue.ts';
import type { ScanJobs } from '../jobs/scan-worker.ts';

/** Adds how many scans wait, go on, and were given up: a queue that only grows wants more workers. */
export function addScanMetrics(registry: Registry, queues: Readonly<Record<string, JobQueue<ScanJobs>>>): void {
  new Gauge({
    name: 'drydock_scan_jobs',
    help: 'Scans of images, by queue (`shared` by all processes of a database, `local` to this one) and state.',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const [queue, jobs] of Object.entries(queues)) {
        const counts = await jobs.counts('scan-image').catch((): JobCounts | undefined => undefined);
        if (counts === undefined) continue;
        for (const state of ['queued', 'active', 'dead'] as const) this.set({ queue, state }, counts[state]);
      }
    },
  });
}
