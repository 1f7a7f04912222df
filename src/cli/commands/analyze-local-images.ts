import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitStatus } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import { escapeText } from '../../report/escape.ts';
import { analyzeOptions, analyzeUsage, parseArguments } from '../analyze/arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { wantsColor } from '../ui/streams.ts';

const NAME = 'analyze-local-images';

/** `2026/11/25 09:15:24`, as Go's log package writes it: the time of this place. */
function logTime(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('/');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}

async function run({ words, io }: Invocation): Promise<number> {
  const request = parseArguments(words);
  if (!('image' in request)) {
    const program = path.basename(io.program) === NAME ? io.program : `${io.program} ${NAME}`;
    const complaint = request.complaint === undefined ? '' : `${escapeText(request.complaint)}\n`;
    await io.stderr.write(`${complaint}${analyzeUsage(program)}`);
    return request.status;
  }
  const [{ analyzeImage, AnalyzeError }, { renderClairReport }, { makeWorkingFolder }, { networkDialer }] =
    await Promise.all([
      import('../analyze/analyze.ts'),
      import('../analyze/report.ts'),
      import('../analyze/working-folder.ts'),
      import('../../net/network-dialer.ts'),
    ]);
  const say = (text: string): void => void io.stderr.write(`${logTime(new Date())} ${escapeText(text)}\n`);
  const { environment, signal, log, stdout } = io;
  const temporary = tmpdir();
  const dialer = networkDialer();
  const folder = makeWorkingFolder(temporary);
  try {
    const elsewhere = { dialer, environment, log };
    const context = { limits: defaultLimits, signal, temporary, elsewhere, say };
    const findings = await analyzeImage(request, folder.path, context);
    const { isTerminal } = stdout;
    // What is piped on has no colours unless they are asked for by name, whatever the environment says.
    const asked = request.color === 'auto' && !isTerminal ? 'never' : request.color;
    const color = wantsColor({ asked, isTerminal, environment });
    const how = { time: new Date(), minimum: request.minimumSeverity, color };
    const { text, shown } = renderClairReport(request.image, findings, how);
    await stdout.write(text);
    if (shown === 0) return exitStatus.done;
    say(`A total of ${shown} vulnerabilities have been detected in your image`);
    return exitStatus.findings;
  } catch (error) {
    if (!(error instanceof AnalyzeError) || signal.aborted) throw error;
    say(error.message);
    return 1;
  } finally {
    folder.close();
    await dialer.close();
  }
}

export const command: Command = {
  name: NAME,
  summary: 'Show what a Clair v1 server says of a local image: the classic client, with the flags it always had.',
  description:
    'Takes an image of a container engine (no docker program is needed), an archive or an OCI layout, hands its layers to the server one by one, and reports what that finds. Options stand before IMAGE. Exit status: 0 nothing to show, 1 vulnerabilities, or a failure. A link of the name analyze-local-images to drydock does the same.',
  arguments: [{ name: 'image', description: 'name or id in a container engine, or a path', offers: 'files' }],
  options: [],
  ownOptions: analyzeOptions,
  examples: [
    'drydock analyze-local-images debian:12',
    'drydock analyze-local-images -endpoint http://clair.example:6060 -my-address 192.0.2.7 debian:12',
  ],
  withoutConfiguration: true,
  run,
};
