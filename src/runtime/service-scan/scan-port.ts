import type { ObservedPort } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import type { ServiceBudget, ServiceFinding, ServiceName, ServiceTarget } from '../../model/service-scanner.ts';
import { visible } from './evidence.ts';
import { findingOfSighting } from './finding.ts';
import { identifyDatagrams } from './identify/identify-datagrams.ts';
import { type Identified, identifyPort } from './identify/identify-port.ts';
import { tryPasswords } from './passwords/try-passwords.ts';
import type { Probe } from './probes/probe.ts';
import { concerns, newPortState, type PortState, runProbe } from './probes/run-probe.ts';
import { DialError, PortDoor, type Service, SpentError, serviceName } from './service.ts';
import { checkSsh } from './ssh/check-ssh.ts';
import { checkTls } from './tls/check-tls.ts';

type Item = ServiceFinding | Problem | ServiceName;

/** Finds out what one port speaks, and asks it everything that is known to ask of that. */
export async function* scanPort(
  port: ObservedPort,
  target: ServiceTarget,
  probes: readonly Probe[],
  budget: ServiceBudget,
): AsyncGenerator<Item> {
  const { signal } = budget;
  const where = `${port.protocol} ${port.port}`;
  try {
    const { door, identified } = await identify(port, target, budget);
    if (!('service' in identified)) {
      const said =
        identified.greeting === undefined ? '' : `: "${visible(identified.greeting.toString('latin1').slice(0, 200))}"`;
      yield { code: 'service.unknown', message: `${where}: ${identified.why}${said}` };
      return;
    }
    const { service } = identified;
    yield serviceName(service);
    const state = newPortState(Math.min(10, budget.passwords));
    if (port.protocol === 'udp') {
      if (door.from === 'loopback' && target.dialFromElsewhere !== undefined && !port.localOnly) {
        yield {
          code: 'service.unprobed',
          message: `${where}: it answers loopback alone, or strangers from another address; what it tells them was not asked`,
        };
        return;
      }
      yield* askAll(service, probes, state);
      return;
    }
    if (service.encrypted) yield* guarded(checkTls(service, target), where, signal);
    if (service.name === 'ssh') yield* guarded(checkSsh(service, target), where, signal);
    yield* askAll(service, probes, state);
    yield* guarded(tryPasswords(service, state), where, signal);
  } catch (error) {
    signal.throwIfAborted();
    yield { code: 'service.unprobed', message: `${where} was not examined to the end: ${reasonOf(error)}` };
  }
}

/** Milliseconds in which whoever wants no strangers has turned them away; what is silent for longer is so to all. */
const SOON = 5000;

/**
 * Whoever lets loopback in does not let everybody in: the port is asked from elsewhere, where that is possible. One that says
 * nothing to strangers may be known to its own.
 */
async function identify(
  port: ObservedPort,
  target: ServiceTarget,
  budget: ServiceBudget,
): Promise<{ readonly door: PortDoor; readonly identified: Identified }> {
  if (target.dialFromElsewhere !== undefined && !port.localOnly) {
    const dial: ServiceTarget['dial'] = (to, stop) => target.dialFromElsewhere!(to, stop);
    const door = new PortDoor(port, dial, budget, 'elsewhere');
    const began = performance.now();
    const identified = await identifyAt(door);
    // Over UDP whoever wants no strangers is silent, and so is who answers them from another of its addresses.
    const isRefused = door.answered === 0 && (port.protocol === 'udp' || performance.now() - began < SOON);
    if ('service' in identified || !isRefused) return { door, identified };
  }
  const door = new PortDoor(port, (to, stop) => target.dial(to, stop), budget);
  return { door, identified: await identifyAt(door) };
}

async function identifyAt(door: PortDoor): Promise<Identified> {
  return await (door.port.protocol === 'udp' ? identifyDatagrams(door) : identifyPort(door));
}

/** Questions in a row to which no answer came before the rest is left out. */
const MOST_SILENT = 8;

async function* askAll(service: Service, probes: readonly Probe[], state: PortState): AsyncGenerator<Item> {
  const { door } = service;
  const where = `${door.port.protocol} ${door.port.port}`;
  const asked = probes.filter((probe) => concerns(probe, service));
  let silent = 0;
  for (const [at, probe] of asked.entries()) {
    try {
      const before = door.answered;
      const asking = door.connections;
      const sighting = await runProbe(probe, service, state);
      if (sighting?.problem !== undefined) {
        yield { code: 'service.probe', message: `${where}: ${probe.id}: ${sighting.problem}` };
      }
      if (sighting?.matched) yield findingOfSighting(probe, service, sighting);
      if (door.answered > before) silent = 0;
      else if (door.connections > asking) silent++;
      if (silent < MOST_SILENT) continue;
    } catch (error) {
      if (!(error instanceof SpentError)) throw error;
    }
    const left = asked.length - at - 1;
    const why = silent < MOST_SILENT ? `its ${door.budget.requests} requests are spent` : 'it answers no more';
    if (left > 0) yield { code: 'service.unprobed', message: `${where}: ${why}; ${left} questions were left out` };
    return;
  }
}

/** A check that fails tells it, and the others go on. */
async function* guarded(check: AsyncIterable<Item>, where: string, signal: AbortSignal): AsyncGenerator<Item> {
  try {
    yield* check;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SpentError) throw error;
    yield { code: 'service.unprobed', message: `${where}: a check could not be made: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DialError || error instanceof SpentError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : 'for an unknown reason';
}
