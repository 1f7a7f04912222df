import type { Finding } from '../../model/finding.ts';
import type { ObservedPort } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import type { ServiceFinding, ServiceName, ServiceScanner, ServiceTarget } from '../../model/service-scanner.ts';
import { type ScannedServices, scanServices } from './scan-services.ts';

/** Ports that are asked in one run; an image could open others all the time. */
const MOST = 500;

export interface ServiceAskerOptions {
  readonly scanners: readonly ServiceScanner[];
  readonly target: Omit<ServiceTarget, 'ports'>;
  /** For all that is asked. */
  readonly signal: AbortSignal;
  readonly onFinding?: (finding: ServiceFinding) => void;
}

/** Asks the services of a run, each port once, when it is first seen to listen. */
export class ServiceAsker implements ScannedServices {
  readonly findings: Finding[] = [];
  readonly problems: Problem[] = [];
  readonly names: ServiceName[] = [];
  readonly #options: ServiceAskerOptions;
  readonly #asked = new Map<string, ObservedPort>();
  readonly #told = new Set<string>();

  constructor(options: ServiceAskerOptions) {
    this.#options = options;
  }

  /** Those that listen and were not asked yet. */
  unasked(ports: readonly ObservedPort[]): readonly ObservedPort[] {
    return ports.filter((port) => port.state === 'listening' && !this.#asked.has(keyOf(port)));
  }

  /** Asks those that were not asked yet. */
  async ask(ports: readonly ObservedPort[]): Promise<void> {
    const { scanners, target, signal, onFinding } = this.#options;
    const fresh = this.unasked(ports).slice(0, MOST - this.#asked.size);
    if (fresh.length === 0 || signal.aborted) return;
    for (const port of fresh) this.#asked.set(keyOf(port), port);
    const { findings, problems, names } = await scanServices(scanners, { ...target, ports: fresh }, signal, onFinding);
    this.findings.push(...findings);
    this.names.push(...names);
    for (const problem of problems) {
      // Of a scanner that cannot run, or a probe that cannot be read, once is enough.
      const key = `${problem.code} ${problem.message}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      this.problems.push(problem);
    }
  }

  /** A problem that names those that nobody asked, if there are any. */
  left(ports: readonly ObservedPort[]): readonly Problem[] {
    const left = [...new Set(this.unasked(ports).map(({ protocol, port }) => `${protocol} ${port}`))];
    if (left.length === 0 || this.#options.scanners.length === 0) return [];
    const more = left.length > 20 ? ` and ${left.length - 20} more` : '';
    const which = `${left.slice(0, 20).join(', ')}${more}`;
    return [{ code: 'service.unprobed', message: `${which}: not open while services were asked` }];
  }
}

function keyOf({ protocol, port }: ObservedPort): string {
  return `${protocol}/${port}`;
}
