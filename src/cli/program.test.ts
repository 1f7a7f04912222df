import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './program.ts';

async function parse(line: string) {
  const request = await parseCommandLine(line.split(' ').filter((word) => word !== ''));
  if (request.kind === 'help') return { help: request.path };
  return { command: request.command.name, words: request.words, flags: Object.fromEntries(request.flags) };
}

describe('parseCommandLine', () => {
  it.each<[string, unknown]>([
    ['scan a b', { command: 'scan', words: ['a', 'b'], flags: {} }],
    ['-q scan a -v', { command: 'scan', words: ['a'], flags: { quiet: true, verbose: true } }],
    ['-qv scan a', { command: 'scan', words: ['a'], flags: { quiet: true, verbose: true } }],
    ['--color never scan a', { command: 'scan', words: ['a'], flags: { color: 'never' } }],
    ['-f json scan a', { command: 'scan', words: ['a'], flags: { format: 'json' } }],
    ['scan -fjson a', { command: 'scan', words: ['a'], flags: { format: 'json' } }],
    ['scan --format=json a', { command: 'scan', words: ['a'], flags: { format: 'json' } }],
    ['scan --format json --format table a', { command: 'scan', words: ['a'], flags: { format: 'table' } }],
    ['scan -s high -s low,medium a', { command: 'scan', words: ['a'], flags: { severity: ['high', 'low,medium'] } }],
    [
      'scan --format table --format sarif=a -o json=b -fspdx=c d',
      { command: 'scan', words: ['d'], flags: { format: 'table', output: ['json=b', 'sarif=a', 'spdx=c'] } },
    ],
    ['scan -f json=a b', { command: 'scan', words: ['b'], flags: { output: ['json=a'] } }],
    ['scan -o json=a -o table=b c', { command: 'scan', words: ['c'], flags: { output: ['json=a', 'table=b'] } }],
    ['scan --db=-x a', { command: 'scan', words: ['a'], flags: { db: '-x' } }],
    ['scan --no-offline a', { command: 'scan', words: ['a'], flags: { offline: false } }],
    ['scan --offline --no-offline a', { command: 'scan', words: ['a'], flags: { offline: false } }],
    ['scan --no-progress a', { command: 'scan', words: ['a'], flags: { 'no-progress': true } }],
    ['scan --progress a', { command: 'scan', words: ['a'], flags: { 'no-progress': false } }],
    ['serve -config a -log-level=debug', { command: 'serve', words: [], flags: { config: 'a', 'log-level': 'debug' } }],
    ['serve -insecure-tls', { command: 'serve', words: [], flags: { 'insecure-tls': true } }],
    ['serve token ci --scope scan', { command: 'token', words: ['ci'], flags: { scope: 'scan' } }],
    ['scan -- -q', { command: 'scan', words: ['-q'], flags: {} }],
    ['scan -', { command: 'scan', words: ['-'], flags: {} }],
    [
      'analyze-local-images -color x -h y',
      { command: 'analyze-local-images', words: ['-color', 'x', '-h', 'y'], flags: {} },
    ],
    ['help analyze-local-images', { help: ['analyze-local-images'] }],
    ['db update', { command: 'update', words: [], flags: {} }],
    ['db --offline update a b', { command: 'update', words: ['a', 'b'], flags: { offline: true } }],
    ['explain CVE-2024-1 a', { command: 'explain', words: ['CVE-2024-1', 'a'], flags: {} }],
    ['explain versions deb 1 2', { command: 'versions', words: ['deb', '1', '2'], flags: {} }],
    ['explain versions deb -- -1 2', { command: 'versions', words: ['deb', '-1', '2'], flags: {} }],
    ['--version', { command: 'version', words: [], flags: {} }],
    ['--version -v', { command: 'version', words: [], flags: { verbose: true } }],
    ['scan x --fail-on high --version', { command: 'version', words: [], flags: {} }],
    ['scan --version -h', { help: ['scan'] }],
    ['', { help: [] }],
    ['help', { help: [] }],
    ['-h', { help: [] }],
    ['help scan', { help: ['scan'] }],
    ['scan --help', { help: ['scan'] }],
    ['scan x --nonsense -h', { help: ['scan'] }],
    ['help db update', { help: ['db', 'update'] }],
    ['db -h', { help: ['db'] }],
  ])('%s', async (line, expected) => {
    expect(await parse(line)).toEqual(expected);
  });

  it.each([
    'help banana',
    'help db banana',
    '--version --nonsense',
    'toString',
    '__proto__',
    'scan --constructor x',
    'scan --no-db x',
    'scan --no-no-progress x',
  ])('refuses %s', async (line) => {
    await expect(parse(line)).rejects.toMatchObject({ code: 'usage.option' });
  });

  it.each([
    [['scan', ''], '"drydock scan": IMAGE is empty.'],
    [['scan', 'a', ''], '"drydock scan": IMAGE is empty.'],
    [['explain', '', 'a'], '"drydock explain": VULNERABILITY is empty.'],
    [['db', 'import', ''], '"drydock db import": SOURCE is empty.'],
  ])('%j: a variable was not set', async (argv, message) => {
    await expect(parseCommandLine(argv)).rejects.toMatchObject({ code: 'usage.option', message });
  });

  it('lets a version be empty, which its scheme judges', async () => {
    await expect(parseCommandLine(['explain', 'versions', 'deb', '', '1'])).resolves.toMatchObject({ kind: 'run' });
  });

  it.each([
    ['scan --timeout image.tar', '--timeout takes DURATION; "image.tar" looks like IMAGE'],
    ['scan -f image.tar', '-f takes one of table, json,'],
    ['scan -f image.tar', '; "image.tar" looks like IMAGE'],
    ['scan --format json=r.json', '"json=r.json" was taken as the value of --format.'],
    [
      'layers --format json=r.json a',
      '--format: "drydock layers" writes no files; FORMAT is expected, not "json=r.json".',
    ],
    ['scan --format jsn=r.json a', '--format: "jsn" is not one of table, json,'],
    ['sbom --format sarif=r.json a', '--format: "sarif" is not one of cyclonedx,'],
    ['scan -q --fail-on image.tar --db x', '--fail-on takes one of'],
    ['scan --fail-on hihg', 'what to scan. "hihg" was taken as the value of --fail-on.'],
    ['scan --fail-on high', 'what to scan. "high" was taken as the value of --fail-on.'],
    ['scan --fail-on=image.tar', '"drydock scan" needs IMAGE: what to scan.'],
    ['explain CVE-2024-1 --timeout image.tar', '--timeout takes DURATION; "image.tar" looks like IMAGE'],
    ['serve --port', '--port. Write --listen 127.0.0.1:8080.'],
    ['serve --port=9000', '--port. Write --listen 127.0.0.1:9000.'],
    ['serve --port x\u001b', '--port. Write --listen 127.0.0.1:8080.'],
    ['rootfs /mnt', 'scanned by "drydock scan dir:/mnt"'],
    ['serve --debug', 'Write --log-level debug.'],
    ['version --port 1', 'unknown option --port.'],
    ['version --constructor', 'unknown option --constructor.'],
  ])('%s: says what happened', async (line, message) => {
    await expect(parse(line)).rejects.toThrow(message);
  });
});
