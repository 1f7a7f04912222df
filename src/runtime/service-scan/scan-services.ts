import { timedOut } from '../../context.ts';
import type { ObservedPort } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import type {
  ServiceBudget,
  ServiceFinding,
  ServiceName,
  ServiceScanner,
  ServiceTarget,
} from '../../model/service-scanner.ts';
import { eitherSignal, timeLimit } from '../../signals.ts';
import { isServiceFinding, mergeServiceFindings } from './merge-findings.ts';
import type { Probe } from './probes/probe.ts';
import type { Probes } from './probes/read-probes.ts';
import { scanPort } from './scan-port.ts';

/** Ports that are looked at; a container with more of them is told so. */
const MOST_PORTS = 200;
/** Of these, ports over UDP: what is silent takes long, and is asked after those over TCP. */
const MOST_DATAGRAM_PORTS = 30;
/** Ports at the same time. */
const TOGETHER = 4;

/** Our own scanner: it needs no program, and asks what its probes ask. */
export function probeScanner(read: Probes): ServiceScanner {
  return {
    name: 'drydock',
    detect: async () => '',
    scan: (target, budget) => scanServices(target, budget, read),
  };
}

async function* scanServices(
  target: ServiceTarget,
  budget: ServiceBudget,
  { probes, problems }: Probes,
): AsyncGenerator<ServiceFinding | Problem | ServiceName> {
  for (const message of problems) yield { code: 'service.probe', message };
  const listening = target.ports.filter(({ state }) => state === 'listening');
  const waiting: ObservedPort[] = [];
  for (const [protocol, most] of [
    ['tcp', MOST_PORTS],
    ['udp', MOST_DATAGRAM_PORTS],
  ] as const) {
    const ports = listening.filter((port) => port.protocol === protocol);
    waiting.push(...ports.slice(0, most));
    if (ports.length > most) {
      yield {
        code: 'service.unprobed',
        message: `of ${ports.length} ports over ${protocol.toUpperCase()} the first ${most} were examined`,
      };
    }
  }
  const going = new Map<ObservedPort, Promise<ScannedPort>>();
  while ((waiting.length > 0 && !budget.signal.aborted) || going.size > 0) {
    while (going.size < TOGETHER && waiting.length > 0 && !budget.signal.aborted) {
      const port = waiting.shift() as ObservedPort;
      going.set(port, scanOne(port, target, probes, budget));
    }
    // Whichever is ready first: a port that takes its time keeps nothing back of the others.
    const { port, items } = await Promise.race(going.values());
    going.delete(port);
    yield* items.filter((item) => !isServiceFinding(item));
    yield* mergeServiceFindings(items.filter(isServiceFinding));
  }
  if (budget.signal.aborted && !timedOut(budget.signal)) throw budget.signal.reason;
  if (waiting.length > 0) {
    const told = waiting.slice(0, 20).map(({ protocol, port }) => `${protocol} ${port}`);
    const more = waiting.length > told.length ? ` and ${waiting.length - told.length} more` : '';
    yield { code: 'service.unprobed', message: `${told.join(', ')}${more}: no time was left to examine them` };
  }
}

interface ScannedPort {
  readonly port: ObservedPort;
  readonly items: readonly (ServiceFinding | Problem | ServiceName)[];
}

/** What was found until its time was over counts. Never throws. */
async function scanOne(
  port: ObservedPort,
  target: ServiceTarget,
  probes: readonly Probe[],
  budget: ServiceBudget,
): Promise<ScannedPort> {
  const items: (ServiceFinding | Problem | ServiceName)[] = [];
  const own = timeLimit(budget.portMs);
  const signal = eitherSignal([budget.signal, own]);
  try {
    for await (const item of scanPort(port, target, probes, { ...budget, signal })) items.push(item);
  } catch (error) {
    const why = signal.aborted
      ? `the time of ${budget.signal.aborted ? 'the scan' : `${budget.portMs / 1000} seconds for one port`} was over`
      : error instanceof Error
        ? `${error.name}: ${error.message}`.slice(0, 300)
        : 'for an unknown reason';
    items.push({
      code: 'service.unprobed',
      message: `${port.protocol} ${port.port} was not examined to the end: ${why}`,
    });
  }
  return { port, items };
}
