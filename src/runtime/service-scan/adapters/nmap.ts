import { FormatError, LimitError } from '../../../errors.ts';
import type { Problem } from '../../../model/problem.ts';
import type {
  ServiceBudget,
  ServiceFinding,
  ServiceName,
  ServiceScanner,
  ServiceTarget,
} from '../../../model/service-scanner.ts';
import { versionOf } from '../../run-program.ts';
import { nmapScripts } from './nmap-scripts.ts';
import { type NmapPort, readNmap } from './read-nmap.ts';
import { cvesIn, toolFinding } from './tool-finding.ts';
import { addressOf, runTool, tcpPorts } from './tool-target.ts';

/** Scans with nmap, which is run as a program of its own and is never shipped. */
export function nmapScanner(program = 'nmap'): ServiceScanner {
  return {
    name: 'nmap',
    detect: async () => await versionOf([program, '--version'], /Nmap version ([\w.]{1,20})/),
    scan: (target, budget) => scan(program, target, budget),
  };
}

async function* scan(
  program: string,
  target: ServiceTarget,
  budget: ServiceBudget,
): AsyncGenerator<ServiceFinding | Problem | ServiceName> {
  const ports = tcpPorts(target);
  // Those that listen on one address are asked together.
  const byAddress = Map.groupBy(ports.values(), addressOf);
  for (const [address, of] of byAddress) {
    const numbers = of.map(({ port }) => port);
    const scripts = Object.keys(nmapScripts).join(',');
    const fixed = [
      '-sT',
      '-Pn',
      '-n',
      '-sV',
      '--version-light',
      '--host-timeout',
      '300s',
      '--script',
      scripts,
      '-oX',
      '-',
    ];
    const family = address.includes(':') ? ['-6'] : [];
    const command = [program, ...fixed, ...family, '-p', numbers.join(','), address];
    const result = await runTool('nmap', command, target, budget.signal);
    if ('code' in result) {
      yield result;
      continue;
    }
    let told: NmapPort[];
    try {
      told = readNmap(result.output);
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      yield { code: 'service.tool', message: `what nmap wrote cannot be read: ${error.message}` };
      continue;
    }
    yield* itemsOf(told, target, budget);
  }
}

/** What nmap told, as names and findings. */
export function* itemsOf(
  told: readonly NmapPort[],
  target: Pick<ServiceTarget, 'ports'>,
  budget: ServiceBudget,
): Generator<ServiceFinding | ServiceName> {
  for (const one of told) {
    const { protocol, port, name, product, version, encrypted } = one;
    const observed = target.ports.find((other) => other.protocol === protocol && other.port === port);
    if (observed === undefined) continue;
    const exact = observed.package?.version ?? version;
    if (name !== undefined) {
      yield {
        kind: 'service-name',
        protocol,
        port,
        name,
        ...(product !== undefined && { product }),
        ...(exact !== undefined && { version: exact }),
        ...(encrypted && { encrypted }),
      };
    }
    for (const { id, output } of one.scripts) {
      const meaning = nmapScripts[id];
      if (meaning === undefined || !meaning.when.test(output)) continue;
      // What a script of nmap says of another product than it was written for is not believed; ours ask themselves.
      const cves = meaning.id.startsWith('CVE-') ? cvesIn(`${meaning.id} ${output}`) : [];
      yield toolFinding({ tool: 'nmap', ...meaning, evidence: `${id}: ${output.trim()}`, cves }, observed, budget);
    }
  }
}
