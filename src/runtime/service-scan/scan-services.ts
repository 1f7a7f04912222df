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
import { scanPort } from './scan-port.ts';
import type { LoadedTemplates } from './templates/load-templates.ts';
import type { Template } from './templates/template.ts';

/** Ports that are looked at; a container with more of them is told so. */
const MOST_PORTS = 200;
/** Of these, ports over UDP: what is silent takes long, and is asked after those over TCP. */
const MOST_DATAGRAM_PORTS = 30;
/** Ports at the same time. */
const TOGETHER = 4;
/** Templates that cannot be used are told one by one up to here. */
const MOST_REFUSALS = 20;

/**
 * Our own scanner: it needs no program, and asks what its templates ask.
 * @param loaded sets of templates, ours first
 */
export function probeScanner(loaded: readonly LoadedTemplates[]): ServiceScanner {
  return {
    name: 'drydock',
    detect: async () => '',
    scan: (target, budget) => scanServices(target, budget, loaded),
  };
}

async function* scanServices(
  target: ServiceTarget,
  budget: ServiceBudget,
  loaded: readonly LoadedTemplates[],
): AsyncGenerator<ServiceFinding | Problem | ServiceName> {
  yield* tellRefusals(loaded);
  const templates = loaded.flatMap((set) => set.templates);
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
      going.set(port, scanOne(port, target, templates, budget));
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
  templates: readonly Template[],
  budget: ServiceBudget,
): Promise<ScannedPort> {
  const items: (ServiceFinding | Problem | ServiceName)[] = [];
  const own = timeLimit(budget.portMs);
  const signal = eitherSignal([budget.signal, own]);
  try {
    for await (const item of scanPort(port, target, templates, { ...budget, signal })) items.push(item);
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

function* tellRefusals(loaded: readonly LoadedTemplates[]): Iterable<Problem> {
  // Those that were left out on purpose are no problem.
  const refusals = loaded.flatMap((set) => set.refusals).filter(({ kind }) => kind !== 'unwanted');
  const told = refusals.filter(({ kind }) => kind === 'broken').slice(0, MOST_REFUSALS);
  for (const { file, line, reason } of told) {
    yield { code: 'service.template', message: `${file}${line === undefined ? '' : `:${line}`}: ${reason}` };
  }
  const left = refusals.length - told.length;
  if (left > 0)
    yield { code: 'service.template', message: `${left} templates cannot be used: they need what is not spoken here` };
}
