import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { quoted, wordsOfLine } from '../migrate/words-of-line.ts';

const commandOf = async (args: readonly string[], folder: string, environment = {}): Promise<readonly string[]> => {
  const { status, stdout, stderr } = await runDrydock(['migrate', '--format=json', ...args], { folder, environment });
  expect([status, stderr]).toEqual([0, '']);
  return (JSON.parse(stdout) as { commands: readonly string[] }).commands;
};

describe('drydock migrate', () => {
  it('says of each word what it is here, and shows no password', async () => {
    const line = ['trivy', 'image', '-qs', 'HIGH', '--password=hunter2', '--secret-thing', '\u001b[31m', 'debian:12'];
    const { status, stdout } = await runDrydock(['migrate', '--', ...line], { folder: temporaryFolder() });
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^drydock scan .*debian:12 --severity high --quiet$/);
    expect(stdout).toMatch(/^--password \*\*\* +\(none\) /m);
    expect(stdout).toMatch(/^--secret-thing +\(unknown\) /m);
    expect(stdout).not.toContain('hunter2');
    expect(stdout).not.toContain('\u001b');
  });

  it('takes lines of all programs, in quotes and behind what runs them', async () => {
    const folder = temporaryFolder();
    expect(await commandOf(['grype', 'docker:debian:12', '-f', 'high', '-o', 'sarif=x.sarif'], folder)).toEqual([
      'drydock scan docker:debian:12 --output sarif=x.sarif --fail-on high --checks vulnerability',
    ]);
    expect(await commandOf(['docker run --rm -v "/a b:/x" aquasec/trivy:0.74.0 rootfs /x'], folder)).toEqual([
      'drydock scan dir:/x',
    ]);
    expect(await commandOf(['--', 'dockle', '-c', '1', '-l', 'fatal', '--input', 'a b.tar'], folder)).toEqual([
      "drydock scan 'a b.tar' --exit-code 1 --fail-on high --checks configuration,history,secrets",
    ]);
    expect(await commandOf(['snyk container test kaniko-archive:x.tar --severity-threshold=high'], folder)).toEqual([
      'drydock scan docker-archive:x.tar --severity high,critical --checks vulnerability --exit-code 1',
    ]);
    expect(await commandOf(['trivy', 'repo', '.'], folder)).toEqual([]);
  });

  it('reads variables and files, the line before them, and writes ours once', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      path.join(folder, 'trivy.yaml'),
      'severity: [LOW]\nexit-code: 3\nvulnerability:\n  ignore-unfixed: true\n',
    );
    writeFileSync(path.join(folder, '.trivyignore'), 'CVE-2024-0001\n');
    const line = ['trivy', 'image', '-s', 'CRITICAL', 'debian:12'];
    expect(await commandOf(line, folder, { TRIVY_EXIT_CODE: '4' })).toEqual([
      'drydock policy import .trivyignore >.drydockignore.yaml',
      'drydock scan debian:12 --severity critical --ignore-unfixed --exit-code 4 --checks vulnerability,secrets',
    ]);

    expect(await commandOf(['--write', ...line], folder)).toEqual([
      'drydock scan debian:12 --severity critical --checks vulnerability,secrets',
    ]);
    expect(readFileSync(path.join(folder, 'drydock.yaml'), 'utf8')).toBe('ignore-unfixed: true\nexit-code: "3"\n');
    expect(readFileSync(path.join(folder, '.drydockignore.yaml'), 'utf8')).toContain('id: "CVE-2024-0001"');
    const { stdout } = await runDrydock(['config', '--print-effective'], { folder });
    expect(stdout).toMatch(/exit-code: 3/);

    const again = await runDrydock(['migrate', '--write', ...line], { folder });
    expect(again.stdout).toContain('drydock.yaml is there already, and was left as it is.');
  });

  it('names the programs that it knows, and the line of a file that is no YAML', async () => {
    const folder = temporaryFolder();
    const unknown = await runDrydock(['migrate', '--', 'clamscan', '-r', '/'], { folder });
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('none of trivy, grype, dockle')]);
    writeFileSync(path.join(folder, 'trivy.yaml'), 'a: 1\nb: [\n');
    const broken = await runDrydock(['migrate', 'trivy', 'image', 'x'], { folder });
    expect([broken.status, broken.stderr]).toEqual([2, expect.stringMatching(/trivy\.yaml:\d+: /)]);
  });
});

it.each([
  ['image --image-config-scanners misconfig x', 'scan x'],
  ['image --image-config-scanners misconfig --scanners vuln x', 'scan x --checks vulnerability,configuration,history'],
  ['image --scanners vuln --image-config-scanners secret,secret x', 'scan x --checks vulnerability,secrets'],
  [
    'image --exit-code 1 --image-config-scanners config x',
    'scan x --exit-code 1 --checks vulnerability,secrets,configuration,history',
  ],
  ['image --scanners none --image-config-scanners secret x', 'scan x --checks secrets'],
  ['image --scanners none x', 'scan x --checks none'],
  ['image --scanners misconfig --image-config-scanners nonsense x', 'scan x --checks configuration,history'],
  ['clean --image-config-scanners misconfig', 'clean'],
])('trivy %s is %s', async (line, expected) => {
  expect(await commandOf([`trivy ${line}`], temporaryFolder())).toEqual([`drydock ${expected}`]);
});

it('adds scanners of the configuration that a file names to those of the line, and writes them beside those of the file', async () => {
  const folder = temporaryFolder();
  const yaml = 'image:\n  image-config-scanners: [misconfig]\n';
  writeFileSync(path.join(folder, 'trivy.yaml'), yaml);
  expect(await commandOf(['trivy image --scanners vuln x'], folder)).toEqual([
    'drydock scan x --checks vulnerability,configuration,history',
  ]);
  writeFileSync(path.join(folder, 'trivy.yaml'), `scan:\n  scanners: [vuln]\n${yaml}`);
  expect(await commandOf(['--write', 'trivy image x'], folder)).toEqual(['drydock scan x']);
  expect(readFileSync(path.join(folder, 'drydock.yaml'), 'utf8')).toContain('vulnerability');
  expect(readFileSync(path.join(folder, 'drydock.yaml'), 'utf8')).toContain('history');
});

describe('what only a shell understands', () => {
  it.each([
    ['trivy image x && echo', '"&&"'],
    ['trivy image x || true', '"||"'],
    ['trivy image x &', '"&"'],
    ['trivy image x | tee out', '"|"'],
    ['cat a|xargs trivy image', '"|"'],
    ['trivy image x; ls', '";"'],
    ['trivy image x > out.txt', '">"'],
    ['trivy image x >>out.txt', '">>"'],
    ['trivy image x 2>&1', '">&"'],
    ['trivy image <list', '"<"'],
    ['(trivy image x)', '"("'],
    ['trivy image $(cat y)', '"$(...)"'],
    ['trivy image "$(cat y)"', '"$(...)"'],
    ['trivy image `cat y`', '"`"'],
    ['trivy image "`cat y`"', '"`"'],
    ['trivy image x\ntrivy image y', 'several lines'],
    ["trivy image 'x", "ends within '"],
    [`trivy image ${'x'.repeat(100_000)}`, 'more than 100000 characters'],
  ])('of %s is refused', (line, words) => {
    expect(() => wordsOfLine(line)).toThrow(words);
  });

  it.each(['&&', '||', '|', '&', ';', '>', '>>', '>out', '2>&1', '<', '&>out', '$(cat y)', '`cat y`', 'x;'])(
    'is refused as a word: %s',
    async (word) => {
      const { status, stdout, stderr } = await runDrydock(['migrate', '--', 'trivy', 'image', 'x', word, 'y']);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain('which only a shell understands');
    },
  );

  it.each([
    ['trivy image "a&b" \'c;d|$(e)\' # hello && x', ['trivy', 'image', 'a&b', 'c;d|$(e)']],
    ['trivy image a\\;b', ['trivy', 'image', 'a;b']],
    ['\ntrivy image # first\\\n', ['trivy', 'image']],
    ['trivy image a#b', ['trivy', 'image', 'a#b']],
  ])('is taken for what it is in quotes or a comment: %s', (line, words) => {
    expect(wordsOfLine(line)).toEqual(words);
  });

  it.each([
    ['$IMAGE', '"$IMAGE"'],
    ['${CI_REGISTRY}/a:$TAG', '"${CI_REGISTRY}/a:$TAG"'],
    ['$(x)', "'$(x)'"],
    ['$1"', "'$1\"'"],
    ["it's", "'it'\\''s'"],
    ['a b', "'a b'"],
    ['a:1', 'a:1'],
  ])('is quoted: %s', (word, expected) => {
    expect(quoted(word)).toBe(expected);
  });
});

it('takes a line apart as a shell does, without expanding it', () => {
  expect(wordsOfLine(`a "b c" 'd "e' f\\ g "h\\"i" $X '' \\\n j`)).toEqual([
    'a',
    'b c',
    'd "e',
    'f g',
    'h"i',
    '$X',
    '',
    'j',
  ]);
  expect(wordsOfLine(' ')).toEqual([]);
});
