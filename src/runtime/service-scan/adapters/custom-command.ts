import type { ObservedPort } from '../../../model/observation.ts';
import type { Problem } from '../../../model/problem.ts';
import type { ServiceBudget, ServiceFinding, ServiceScanner, ServiceTarget } from '../../../model/service-scanner.ts';
import { type JsonObject, readJsonLine } from './json-line.ts';
import { cvesIn, plainId, severityOfWord, toolFinding } from './tool-finding.ts';
import { addressOf, runTool, tcpPorts } from './tool-target.ts';

const MOST_RESULTS = 5000;

/**
 * Scans with a program of the user's that writes SARIF 2.1.0 to standard output, once for each port: `{host}` and `{port}` in
 * its arguments become those of the port.
 * @param name for findings and messages
 */
export function customScanner(name: string, command: readonly string[]): ServiceScanner {
  return {
    name,
    detect: async () => '',
    async *scan(target, budget) {
      for (const port of tcpPorts(target).values()) {
        const filled = command.map((part) =>
          part.replaceAll('{host}', addressOf(port)).replaceAll('{port}', String(port.port)),
        );
        const result = await runTool(name, filled, target, budget.signal);
        if ('code' in result) yield result;
        else yield* readSarif(name, result.output.toString('utf8'), port, target, budget);
      }
    },
  };
}

/** Results of SARIF (OASIS, 2.1.0, section 3.27); those with `properties.port` are of that port. */
export function* readSarif(
  tool: string,
  text: string,
  asked: ObservedPort,
  target: Pick<ServiceTarget, 'ports'>,
  budget: ServiceBudget,
): Generator<ServiceFinding | Problem> {
  const document = readJsonLine(text);
  if (document === undefined) {
    yield { code: 'service.tool', message: `what ${tool} wrote of tcp ${asked.port} is no SARIF` };
    return;
  }
  for (const run of document.members('runs', 20)) {
    const rules = new Map(
      (run.member('tool')?.member('driver')?.members('rules') ?? []).map((rule) => [rule.text('id'), rule]),
    );
    for (const result of run.members('results', MOST_RESULTS)) {
      const said = result.member('properties')?.text('port');
      const port =
        said === undefined ? asked : target.ports.find((one) => one.protocol === 'tcp' && one.port === Number(said));
      const id = result.text('ruleId');
      if (port === undefined || id === undefined) continue;
      yield toolFinding(sayingOf(tool, id, result, rules.get(id)), port, budget);
    }
  }
}

function sayingOf(
  tool: string,
  id: string,
  result: JsonObject,
  rule: JsonObject | undefined,
): Parameters<typeof toolFinding>[0] {
  const level = result.text('level') ?? rule?.member('defaultConfiguration')?.text('level') ?? 'warning';
  const score = Number(rule?.member('properties')?.text('security-severity') ?? Number.NaN);
  const graded = score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : score > 0 ? 'low' : undefined;
  const cves = cvesIn(id);
  return {
    tool,
    id: cves[0] ?? `${plainId(tool)}.${plainId(id)}`,
    title: rule?.member('shortDescription')?.text('text') ?? rule?.text('name') ?? id,
    severity: graded ?? severityOfWord(level),
    evidence: result.member('message')?.text('text') ?? '',
    cves,
  };
}
