import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { drydockEntry } from '../../test/support/program.ts';
import { runDrydock, runProgram } from '../../test/support/run.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { reportFormats } from '../config/options.ts';

function folderWith(yaml: string): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'drydock.yaml'), yaml);
  return folder;
}

describe('drydock', () => {
  it.each([
    ['an unknown command', ['scna'], 'unknown command "scna". Did you mean scan?'],
    ['a command like nothing', ['banana'], 'unknown command "banana". See "drydock --help".'],
    [
      'an unknown sub-command',
      ['db', 'updaet'],
      '"updaet" is none of update, status, build, import, export, push, pull, keygen. Did you mean update?',
    ],
    ['no sub-command', ['db'], '"drydock db" needs one of update, status, build, import, export, push, pull, keygen.'],
    ['an unknown flag', ['version', '--verbos'], 'unknown option --verbos. Did you mean --verbose?'],
    ['an unknown flag before the command', ['--verbos', 'version'], 'unknown option --verbos. Did you mean --verbose?'],
    ['an unknown flag alone', ['--verbos'], 'unknown option --verbos. Did you mean --verbose?'],
    ['an unknown letter', ['version', '-z'], 'unknown option -z.'],
    ['a flag of another command', ['version', '--fail-on', 'high'], '--fail-on is no option of "drydock version".'],
    ['a word too many', ['version', 'x'], '"drydock version" takes no words; "x" is one too many.'],
    ['a word too few', ['scan'], '"drydock scan" needs IMAGE: what to scan.'],
    ['a second word too few', ['explain', 'CVE-2024-1'], '"drydock explain" needs IMAGE: as for scan.'],
    ['a flag without its value', ['scan', 'x', '--fail-on'], '--fail-on needs a value, SEVERITY.'],
    [
      'a flag for a value',
      ['scan', '--fail-on', '-q', 'x'],
      '--fail-on needs a value, SEVERITY. One that begins with a hyphen is written --fail-on=-q.',
    ],
    [
      'a flag that took the image',
      ['scan', '--fail-on', 'image.tar'],
      '"drydock scan" needs IMAGE: what to scan. --fail-on takes one of unknown, negligible, low, medium, high, critical; "image.tar" looks like IMAGE: put the value between them, --fail-on SEVERITY IMAGE.',
    ],
    [
      'a flag with a path that may have taken the image',
      ['scan', '--db', 'image.tar'],
      '"drydock scan" needs IMAGE: what to scan. "image.tar" was taken as the value of --db.',
    ],
    [
      'the flag of another program for the address',
      ['serve', '--port', '9000'],
      'unknown option --port. Write --listen 127.0.0.1:9000.',
    ],
    [
      'a format that the log of the service has anyway',
      ['serve', '--json'],
      'unknown option --json. The log of the service is JSON already; --log-level chooses how much of it there is.',
    ],
    [
      'the flag of another program for the format',
      ['scan', 'x', '--json'],
      'unknown option --json. Write --format json.',
    ],
    ['a value for a switch', ['scan', 'x', '--offline=yes'], '--offline takes no value.'],
    [
      'an unknown severity',
      ['scan', 'x', '--fail-on', 'hihg'],
      '--fail-on: "hihg" is not one of unknown, negligible, low, medium, high, critical. Did you mean "high"?',
    ],
    [
      'an unknown format',
      ['scan', 'x', '-f', 'jsn'],
      `--format: "jsn" is not one of ${reportFormats.join(', ')}. Did you mean "json"?`,
    ],
    [
      'a version that is not written',
      ['sbom', 'x', '-f', 'cyclonedx-1.4'],
      '--format: "cyclonedx-1.4" is not one of cyclo',
    ],
    [
      'a format that is dropped',
      ['scan', 'x', '-o', 'asff=findings.json'],
      `--output: "asff" is not one of ${reportFormats.join(', ')}. Take sarif, or write a template.`,
    ],
    ['an unknown check', ['scan', 'x', '--checks', 'evasoin'], '--checks: "evasoin" is no check.'],
    ['only flags', ['-q'], 'a command is expected. See "drydock --help".'],
  ])('%s: status 2 and what was meant', async (_, args, message) => {
    const { status, stdout, stderr } = await runDrydock(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`drydock: ${message}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('shows its help on standard output, also when asked for nothing', async () => {
    const asked = await runDrydock(['--help']);
    expect([asked.status, asked.stderr]).toEqual([0, '']);
    expect(asked.stdout).toMatch(/^Usage: drydock COMMAND/);
    expect(await runDrydock([])).toEqual(asked);
    expect(await runDrydock(['help'])).toEqual(asked);
  });

  it('helps with one command, in both spellings', async () => {
    const { status, stdout } = await runDrydock(['version', '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: drydock version/);
    expect((await runDrydock(['help', 'version'])).stdout).toBe(stdout);
  });

  it.each([[['--version']], [['version']], [['-q', 'version']], [['--color', 'never', 'version']]])(
    '%j',
    async (args) => {
      const { status, stdout, stderr } = await runDrydock(args);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^drydock \d+\.\d+\.\d+\n$/);
    },
  );

  it('shows what it runs on', async () => {
    expect((await runDrydock(['version', '-v'])).stdout).toContain(`\nnode ${process.versions.node}\n`);
  });

  it('stands a bad configuration where none is needed', async () => {
    const folder = folderWith('nonsense: 1');
    expect((await runDrydock(['version'], { folder })).status).toBe(0);
    const config = await runDrydock(['config'], { folder });
    expect([config.status, config.stderr]).toEqual([2, 'drydock: drydock.yaml:1: unknown key "nonsense".\n']);
  });

  it.each([
    ['says what a file sets that nobody named', 'checks: none\noffline: true\n', ['ecosystems'], 'checks, offline'],
    ['says it also where that file asks for quiet', 'quiet: true\n', ['ecosystems'], 'quiet'],
    ['does not where the user asks for quiet', 'checks: none\n', ['ecosystems', '-q'], undefined],
    ['does not where the user named the file', 'checks: none\n', ['ecosystems', '--config', 'drydock.yaml'], undefined],
    ['does not where the file sets nothing', '# nothing\n', ['ecosystems'], undefined],
    ['does not look at options of the service', 'server:\n  listen: ":6060"\n', ['ecosystems'], undefined],
  ])('%s', async (_, yaml, args, keys) => {
    const { status, stderr } = await runDrydock(args, { folder: folderWith(yaml) });

    const notice = keys === undefined ? '' : `drydock: drydock.yaml in the current folder sets ${keys}.\n`;
    expect([status, stderr]).toEqual([0, notice]);
  });

  it('ends quietly when nobody reads', async () => {
    const command = `"$1" "$2" config | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await runProgram('bash', [
      '--norc',
      '-c',
      command,
      'bash',
      process.execPath,
      drydockEntry(),
    ]);
    expect([stdout, stderr]).toEqual(['# Configuration\n0\n', '']);
  });

  it.each([
    ['scan', ['scan', 'x.tar'], 2, 'drydock: the current folder does not exist any more. Change to one that does.\n'],
    ['version', ['version'], 0, ''],
  ])('stands a current folder that was removed: %s', async (_, args, expected, message) => {
    const folder = path.join(temporaryFolder(), 'gone');
    const main = drydockEntry();
    const script = 'mkdir "$1" && cd "$1" && rmdir "$1" && shift && exec "$@"';
    const result = await runProgram('bash', ['--norc', '-c', script, 'bash', folder, process.execPath, main, ...args]);
    expect([result.status, result.stderr]).toEqual([expected, message]);
  });

  it('says when standard output cannot be written', async () => {
    const { status, stderr } = await runProgram('sh', [
      '-c',
      '"$1" "$2" version >/dev/full',
      'sh',
      process.execPath,
      drydockEntry(),
    ]);
    expect([status, stderr]).toEqual([2, 'drydock: standard output could not be written (ENOSPC).\n']);
  });
});

describe('drydock config --print-effective', () => {
  it('shows every value and who decided it', async () => {
    const folder = folderWith('\ntimeout: 5m\n');
    const { stdout } = await runDrydock(['config', '--print-effective', '-s', 'high', '-o', 'json=r.json'], {
      folder,
      environment: { DRYDOCK_FAIL_ON: 'low' },
    });
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        `# configuration file: ${path.join(folder, 'drydock.yaml')}`,
        'severity: ["high"]  # --severity',
        'fail-on: "low"  # DRYDOCK_FAIL_ON',
        'timeout: 300000ms  # drydock.yaml:2',
        `output: ["json=${path.join(folder, 'r.json')}"]  # --output`,
        'offline: false  # default',
        '# exit-code: not set',
      ]),
    );
  });

  it('prints a file that configures the same', async () => {
    const first = await runDrydock([
      'config',
      '--print-effective',
      '--timeout',
      '90s',
      '-o',
      'json=a b.json',
      '--offline',
    ]);
    const second = await runDrydock(['config', '--print-effective'], {
      environment: { DRYDOCK_CONFIG: path.join(folderWith(first.stdout), 'drydock.yaml') },
    });
    const values = (text: string) =>
      text
        .split('\n')
        .slice(1)
        .map((line) => line.replace(/ {2}#.*/, ''))
        .filter((line) => !/^(?:# )?config:/.test(line));
    expect(values(second.stdout)).toEqual(values(first.stdout));
  });
});
