import type { Problem } from '../../model/problem.ts';
import type {
  ServiceBudget,
  ServiceFinding,
  ServiceName,
  ServiceScanner,
  ServiceTarget,
} from '../../model/service-scanner.ts';
import { isServiceFinding, mergeServiceFindings } from './merge-findings.ts';
import { scanPort } from './scan-port.ts';
import type { LoadedTemplates } from './templates/load-templates.ts';

/** Ports that are looked at; a container with more of them is told so. */
const MOST_PORTS = 200;
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
  const ports = target.ports.filter(({ state, protocol }) => state === 'listening' && protocol === 'tcp');
  const udp = target.ports.length - ports.length;
  if (udp > 0) {
    const told = target.ports.filter(({ protocol }) => protocol === 'udp').map(({ port }) => port);
    if (told.length > 0)
      yield {
        code: 'service.unknown',
        message: `udp ${told.slice(0, 20).join(', ')}: services over UDP are not asked`,
      };
  }
  if (ports.length > MOST_PORTS) {
    yield { code: 'service.unprobed', message: `of ${ports.length} ports the first ${MOST_PORTS} were examined` };
  }
  const queue = ports.slice(0, MOST_PORTS);
  for (let at = 0; at < queue.length; at += TOGETHER) {
    const results = await Promise.all(
      queue.slice(at, at + TOGETHER).map((port) => all(scanPort(port, target, templates, budget))),
    );
    for (const items of results) {
      yield* items.filter((item) => !isServiceFinding(item));
      yield* mergeServiceFindings(items.filter(isServiceFinding));
    }
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
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
