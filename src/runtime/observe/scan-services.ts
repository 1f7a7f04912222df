import type { Finding } from '../../model/finding.ts';
import type { ObservedPort } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import type {
  ServiceBudget,
  ServiceFinding,
  ServiceName,
  ServiceScanner,
  ServiceTarget,
} from '../../model/service-scanner.ts';
import { isServiceFinding, mergeServiceFindings } from '../service-scan/merge-findings.ts';

/** What the scanners of services said. */
export interface ScannedServices {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly names: readonly ServiceName[];
}

/** Limits of a scan of services; the signal comes with it. */
export const serviceBudget: Omit<ServiceBudget, 'signal'> = {
  idleMs: 2000,
  portMs: 30_000,
  answerBytes: 1024 * 1024,
  requests: 400,
  passwords: 10,
  evidence: 4096,
};

/**
 * Asks one scanner after the other. One that fails is told, and the others go on.
 * @param onFinding told of each finding when it is made, before those of several scanners are merged
 */
export async function scanServices(
  scanners: readonly ServiceScanner[],
  target: ServiceTarget,
  signal: AbortSignal,
  onFinding: (finding: ServiceFinding) => void = () => {},
): Promise<ScannedServices> {
  const found: ServiceFinding[] = [];
  const problems: Problem[] = [];
  const names: ServiceName[] = [];
  for (const scanner of scanners) {
    if (signal.aborted) {
      problems.push({ code: 'service.unprobed', message: `no time was left for ${scanner.name}` });
      continue;
    }
    try {
      if ((await scanner.detect()) === undefined) {
        problems.push({ code: 'service.tool', message: `${scanner.name} is not installed: it looked at no service` });
        continue;
      }
      for await (const item of scanner.scan(target, { ...serviceBudget, signal })) {
        if (isServiceFinding(item)) {
          found.push(item);
          onFinding(item);
        } else if ('kind' in item) names.push(item);
        else problems.push(item);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push({ code: 'service.tool', message: `${scanner.name} failed: ${why}` });
    }
  }
  return { findings: mergeServiceFindings(found).map(withoutPort), problems, names };
}

/** A finding as reports have it. */
export function withoutPort({ port: _, ...finding }: ServiceFinding): Finding {
  return finding;
}

/** Ports with what they turned out to speak; the first scanner that can tell counts. */
export function withServices(ports: readonly ObservedPort[], names: readonly ServiceName[]): readonly ObservedPort[] {
  return ports.map((port) => {
    const found = names.find((one) => one.port === port.port && one.protocol === port.protocol);
    if (found === undefined) return port;
    const { name, product, version, encrypted } = found;
    return {
      ...port,
      service: {
        name,
        ...(product !== undefined && { product }),
        ...exactVersion(port, version),
        ...(encrypted !== undefined && { encrypted }),
      },
    };
  });
}

/** The package says it best. What was asked while its program counted as that of a package may have the wrong one. */
function exactVersion({ package: owner }: ObservedPort, said: string | undefined): { readonly version?: string } {
  const version = owner?.version ?? said;
  return version === undefined ? {} : { version };
}
