import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive } from '../../test/support/image.ts';
import { drydockEntry } from '../../test/support/program.ts';
import { debianLayer } from '../../test/support/root-file-systems.ts';
import { runProgram } from '../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';

/** script(1) of util-linux, which runs a command on a pseudo-terminal. */
const script = await runProgram('script', ['--version']).catch(() => undefined);
const hasScript = script?.stdout.includes('util-linux') === true;

const image = writeTemporary('image.tar', dockerArchive({ layers: [debianLayer()], layout: 'blobs' }));

/** Runs a line of shell with `$drydock` on a terminal of 60 columns, and returns all that came to it: `$shown` has it, too. */
async function onTerminal(line: string): Promise<string> {
  const drydock = `${process.execPath} ${drydockEntry()}`;
  const shown = path.join(temporaryFolder(), 'shown');
  const { stdout } = await runProgram('script', ['-qefc', `stty cols 60; ${line}`, shown], {
    environment: { drydock, image, shown, TERM: 'xterm', SHELL: '/bin/sh' },
  });
  return stdout.replaceAll('\r\n', '\n');
}

/** What stays on the screen: text that a line was cleared of is gone. */
function screen(output: string): string {
  return output
    .split('\n')
    .map((line) => line.split('\r\u001b[K').at(-1)!)
    .join('\n');
}

describe.skipIf(!hasScript)('on a terminal (skipped: no script of util-linux)', () => {
  it('progress is told in one line that is gone at the end', async () => {
    // The rest comes once the line is there, or after a minute without it.
    const seen = 'for i in $(seq 600); do grep -aq "reading standard input" $shown && break; sleep 0.1; done';
    const slowly = `{ head -c 2048 $image; ${seen}; tail -c +2049 $image; }`;
    const output = await onTerminal(`${slowly} | $drydock scan - --offline --color never`);
    expect(output).toContain('\r\u001b[Kreading standard input: ');
    expect(screen(output)).not.toContain('reading standard input');
    expect(screen(output)).toMatch(/^! INCOMPLETE[\s\S]*\nTOTAL /);
  });

  it('neither report nor message is wider', async () => {
    const output = screen(await onTerminal('$drydock scan $image none.tar --offline --color never'));
    const lines = output.replaceAll(image, 'image.tar').split('\n');
    expect(output).toMatch(/^drydock: none\.tar is no file or folder here\.[^\n]*\n {2}\S/);
    expect(output).toContain('\nTOTAL ');
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  });

  it('standard input is refused', async () => {
    expect(await onTerminal('$drydock scan -; echo "status $?"')).toBe(
      'drydock: standard input (-) is a terminal. Pipe an image\n  into "drydock scan -".\nstatus 2\n',
    );
  });
});
