import type { Finding } from '../../model/finding.ts';
import type { ObservedPort } from '../../model/observation.ts';
import type { RunEvent, RunListener } from '../../model/run-event.ts';

/** Ports and findings that are told of one run; an image could go on making them. */
const MOST = 2000;

/** Tells what a run shows while it goes on, each thing once. */
export class RunTelling {
  readonly #listener: RunListener | undefined;
  readonly #told = new Set<string>();

  constructor(listener: RunListener | undefined) {
    this.#listener = listener;
  }

  /** Nobody listens: what is only looked at for them need not be. */
  get isIdle(): boolean {
    return this.#listener === undefined;
  }

  /** Those that listen; one whose service became known is told again. */
  ports(ports: readonly ObservedPort[]): void {
    for (const port of ports) {
      if (port.state !== 'listening') continue;
      const { protocol, port: number, executable, uid, service } = port;
      this.#tell(JSON.stringify(['port', protocol, number, executable, uid, service?.name]), { kind: 'port', port });
    }
  }

  /** Findings of rules on calls: one a rule and place. */
  finding(finding: Finding): void {
    this.#tell(JSON.stringify(['call', finding.id, finding.location?.path]), { kind: 'finding', finding });
  }

  /** A finding on the service at a port. */
  serviceFinding(finding: Finding, { protocol, port }: Pick<ObservedPort, 'protocol' | 'port'>): void {
    const event = { kind: 'finding', finding, port: { protocol, port } } as const;
    this.#tell(JSON.stringify(['service', finding.id, protocol, port]), event);
  }

  #tell(key: string, event: RunEvent): void {
    if (this.#listener === undefined || this.#told.has(key) || this.#told.size >= MOST) return;
    this.#told.add(key);
    this.#listener(event);
  }
}
