import { mkdtemp, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../../../model/problem.ts';
import type { ServiceBudget, ServiceFinding, ServiceScanner, ServiceTarget } from '../../../model/service-scanner.ts';
import { versionOf } from '../../run-program.ts';
import { readJsonLine } from './json-line.ts';
import { cvesIn, plainId, severityOfWord, toolFinding } from './tool-finding.ts';
import { addressOf, runTool, tcpPorts, urlHost } from './tool-target.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/** Ports at which TLS is to be expected where nobody has looked yet. */
const usual = [443, 465, 636, 853, 990, 993, 995, 2376, 5671, 6443, 8443, 8883, 9443];

/**
 * Scans with testssl.sh where it is installed.
 * @param temporary a folder for what it writes
 */
export function testsslScanner(temporary: string, program = 'testssl'): ServiceScanner {
  return {
    name: 'testssl',
    detect: async () => await versionOf([program, '--version'], /testssl(?:\.sh)? (?:version )?([\d.]{1,20}\w*)/),
    async *scan(target, budget) {
      for (const port of tcpPorts(target).values()) {
        if (port.service?.encrypted !== true && !usual.includes(port.port)) continue;
        yield* scanPort(port.port, `${urlHost(addressOf(port))}:${port.port}`);
      }

      async function* scanPort(port: number, at: string): AsyncGenerator<ServiceFinding | Problem> {
        const folder = await mkdtemp(path.join(temporary, 'testssl-'));
        try {
          const file = path.join(folder, 'out.json');
          const command = [
            program,
            '--quiet',
            '--color',
            '0',
            '--warnings',
            'off',
            '--ip',
            'one',
            '--jsonfile',
            file,
            at,
          ];
          // Its status counts what it found; from 240 on it failed.
          const fine = Array.from({ length: 240 }, (_, status) => status);
          const result = await runTool('testssl', command, target, budget.signal, fine);
          if ('code' in result) yield result;
          else yield* readTestssl(await readBounded(file), port, target, budget);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      }
    },
  };
}

async function readBounded(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      if ((await handle.stat()).size > MOST_BYTES) return '';
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}

/** Reads what testssl.sh writes with --jsonfile: a list of `{ id, port, severity, finding, cve }`. */
export function* readTestssl(
  text: string,
  port: number,
  target: Pick<ServiceTarget, 'ports'>,
  budget: ServiceBudget,
): Generator<ServiceFinding | Problem> {
  const observed = target.ports.find((one) => one.protocol === 'tcp' && one.port === port);
  const document = readJsonLine(`{"all":${text === '' ? 'null' : text}}`);
  if (document === undefined || observed === undefined || text === '') {
    yield { code: 'service.tool', message: `what testssl wrote of tcp ${port} cannot be read` };
    return;
  }
  for (const one of document.members('all', 5000)) {
    const severity = severityOfWord(one.text('severity'));
    const id = one.text('id');
    // OK, INFO and WARN tell nothing wrong of the server.
    if (id === undefined || severity === 'negligible' || severity === 'unknown') continue;
    const finding = one.text('finding') ?? '';
    const cves = cvesIn(one.text('cve') ?? '');
    yield toolFinding(
      { tool: 'testssl', id: `testssl.${plainId(id)}`, title: `TLS: ${id}`, severity, evidence: finding, cves },
      observed,
      budget,
    );
  }
}
