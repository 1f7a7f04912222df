import type { Problem } from '../../../model/problem.ts';
import type { ServiceBudget, ServiceFinding, ServiceScanner, ServiceTarget } from '../../../model/service-scanner.ts';
import { versionOf } from '../../run-program.ts';
import { readJsonLine } from './json-line.ts';
import { cvesIn, plainId, severityOfWord, toolFinding } from './tool-finding.ts';
import { addressOf, runTool, tcpPorts, urlHost } from './tool-target.ts';

/** Templates that do harm, whoever runs them. */
const EXCLUDED = 'dos,fuzz,fuzzing,intrusive,bruteforce';
const MOST_LINES = 10_000;

/**
 * Scans with nuclei where it is installed.
 * @param folder of templates; absent: those that nuclei has
 */
export function nucleiScanner(program = 'nuclei', folder?: string): ServiceScanner {
  return {
    name: 'nuclei',
    detect: async () => await versionOf([program, '-version', '-duc'], /Version:? v?([\d.]{1,20})/),
    async *scan(target, budget) {
      const urls = [...tcpPorts(target).values()].flatMap((port) => ['-u', `${urlHost(addressOf(port))}:${port.port}`]);
      if (urls.length === 0) return;
      // No updates, no server outside, no way to take hosts for dead.
      const fixed = ['-jsonl', '-silent', '-duc', '-ni', '-nh', '-nc', '-etags', EXCLUDED];
      const command = [program, ...fixed, ...(folder === undefined ? [] : ['-t', folder]), ...urls];
      const result = await runTool('nuclei', command, target, budget.signal);
      if ('code' in result) yield result;
      else yield* readNuclei(result.output.toString('utf8'), target, budget);
    },
  };
}

/** Reads what nuclei writes with -jsonl: one result a line. */
export function* readNuclei(
  text: string,
  target: Pick<ServiceTarget, 'ports'>,
  budget: ServiceBudget,
): Generator<ServiceFinding | Problem> {
  let broken = 0;
  for (const line of text.split('\n', MOST_LINES)) {
    if (line.trim() === '') continue;
    const result = readJsonLine(line);
    const id = result?.text('template-id');
    const port = Number(result?.text('port') ?? /:(\d{1,5})(?:\/|$)/.exec(result?.text('matched-at') ?? '')?.[1]);
    const observed = target.ports.find((one) => one.protocol === 'tcp' && one.port === port);
    if (result === undefined || id === undefined || observed === undefined) {
      broken++;
      continue;
    }
    const info = result.member('info');
    const cves = cvesIn((info?.member('classification')?.texts('cve-id') ?? []).join(' '));
    const remediation = info?.text('remediation');
    const evidence = [
      result.text('matched-at'),
      result.text('matcher-name'),
      ...result.texts('extracted-results'),
      result.text('response')?.slice(0, 2000),
    ];
    const saying = {
      tool: 'nuclei',
      id: `nuclei.${plainId(id)}`,
      title: info?.text('name') ?? id,
      severity: severityOfWord(info?.text('severity')),
      evidence: evidence.filter((part) => part !== undefined).join(' '),
      cves,
      ...(remediation !== undefined && { remediation }),
    };
    yield toolFinding(saying, observed, budget);
  }
  if (broken > 0)
    yield {
      code: 'service.tool',
      message: `${broken} lines of nuclei could not be read, or are of no port that listens`,
    };
}
