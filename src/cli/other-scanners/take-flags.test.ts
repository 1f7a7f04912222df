import { describe, expect, it } from 'vitest';
import { ociLayout } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { resolveConfiguration } from '../../config/settings.ts';
import { commonOptions } from '../command.ts';
import { command as scan } from '../commands/scan.ts';
import { parseCommandLine } from '../program.ts';
import { otherFlags } from './table.ts';
import { variablesOfOthers } from './take-flags.ts';

async function parse(line: string) {
  const request = await parseCommandLine(line.split(' '));
  if (request.kind === 'help') throw new Error('help');
  const { flags, notices, words } = request;
  const { settings } = await resolveConfiguration({
    flags,
    environment: {},
    folder: '/',
    withoutFile: true,
    formats: scan.formats,
  });
  return { settings, notices, words };
}

describe('flags of Trivy and Grype at a scan', () => {
  it.each<[string, object, string]>([
    [
      'scan x --scanners vuln,secret',
      { checks: ['vulnerability', 'secrets'] },
      'is taken as --checks vulnerability,secrets',
    ],
    [
      'scan --scanners=vuln x',
      { checks: ['vulnerability'] },
      '--scanners of Trivy is taken as --checks vulnerability:',
    ],
    ['scan --security-checks vuln x', { checks: ['vulnerability'] }, '--checks vulnerability'],
    ['scan --pkg-types os,library x', { 'package-types': ['os', 'library'] }, '--package-types os,library'],
    ['scan --vuln-type os x', { 'package-types': ['os'] }, '--package-types os'],
    ['scan --list-all-pkgs x', { 'list-packages': true }, '--list-packages'],
    ['scan --list-all-pkgs=false x', { 'list-packages': false }, 'is not needed here'],
    ['scan --offline-scan x', { offline: true }, 'is taken as --offline: the network is not used at all.'],
    [
      'scan --skip-db-update x',
      { offline: false },
      '--skip-db-update of Trivy is not needed here: a scan fetches nothing',
    ],
    ['scan --debug x', { verbose: true }, '--verbose'],
    ['scan --parallel 3 x', { threads: 3 }, '--threads 3'],
    ['scan --input x', { offline: false }, '--input of Trivy is taken as x'],
    ['scan --only-fixed x', { 'ignore-unfixed': true }, '--only-fixed of Grype is taken as --ignore-unfixed.'],
    ['scan --only-fixed=0 x', { 'ignore-unfixed': false }, 'is not needed here'],
    [
      'scan --by-cve x',
      { 'ignore-unfixed': false },
      '--by-cve of Grype is not needed here: a finding is named by its CVE',
    ],
    [
      'scan --scope all-layers x',
      { 'ignore-unfixed': false },
      '--scope of Grype is not needed here: the image as it runs',
    ],
    ['scan x --scope=squashed --only-fixed', { 'ignore-unfixed': true }, '--scope of Grype is not needed here'],
    ['scan --only-fixed --scope squashed x', { 'ignore-unfixed': true }, '--scope of Grype is not needed here'],
    ['scan --ignore-states not-fixed,unknown,wont-fix x', { 'ignore-unfixed': true }, '--ignore-unfixed'],
    ['scan --sort-by severity x', { sort: 'severity' }, '--sort severity'],
    ['scan --file a x', { output: [{ format: 'table', file: '/a', instead: true }] }, '--output ./a'],
    [
      'scan -o json --file a.json x',
      { output: [{ format: 'json', file: '/a.json', instead: true }] },
      '--output a.json',
    ],
    ['scan -f sarif --file a x', { output: [{ format: 'sarif', file: '/a', instead: true }] }, '--output ./a'],
    ['image x', { offline: false }, '"image" is taken as "scan": it is written "drydock scan IMAGE".'],
    ['image --scanners vuln x', { checks: ['vulnerability'] }, '"drydock scan IMAGE"'],
    ['./x', { offline: false }, '"./x" is taken as what to scan: it is written "drydock scan ./x".'],
    ['registry:x --only-fixed', { 'ignore-unfixed': true }, '"registry:x" is taken as what to scan'],
  ])('%s', async (line, expected, notice) => {
    const { settings, notices, words } = await parse(line);

    expect(settings).toMatchObject(expected);
    expect(words.map((word) => word.replace(/^(?:registry:|\.\/)/, ''))).toEqual(['x']);
    expect(notices.join('\n')).toContain(notice);
  });

  it('stay what they are where they are our own, or behind --', async () => {
    expect((await parse('scan --severity HIGH,CRITICAL --exit-code 1 x')).settings).toMatchObject({
      severity: ['high', 'critical'],
      'exit-code': 1,
      checks: ['all'],
    });
    expect((await parse('scan -- --only-fixed')).words).toEqual(['--only-fixed']);
    expect((await parse('scan --policy=--only-fixed x')).settings).toMatchObject({ 'ignore-unfixed': false });
  });

  it.each([
    // What would hide something, or leave something out in silence.
    ['scan --skip-dirs /usr x', 'unknown option --skip-dirs. Trivy has it; here: everything is read;'],
    ['scan --ignorefile a x', 'unknown option --ignorefile. Trivy has it; here: "drydock policy import FILE"'],
    ['scan --ignore-policy a x', 'unknown option --ignore-policy. Trivy has it; here: Rego is not run;'],
    ['scan --scanners vuln,nonsense x', 'unknown option --scanners.'],
    ['scan --scanners license x', 'licenses are judged where a policy or --allow-licences names them.'],
    ['scan --ignore-status fixed x', 'unknown option --ignore-status.'],
    ['scan --image-config-scanners misconfig x', 'where --checks names some, it has to name configuration'],
    // What other commands of ours have, and those programs mean otherwise.
    ['scan --name a x', '--name is no option of "drydock scan". Grype has it; here: an image has the name under which'],
    [
      'scan --token a x',
      '--token is no option of "drydock scan". Trivy has it; here: --server-token-file names a file',
    ],
    [
      'scan --token=a x',
      '--token is no option of "drydock scan". Trivy has it; here: --server-token-file names a file',
    ],
    [
      'scan --from docker x',
      '--from is no option of "drydock scan". Grype has it; here: the source stands before the name: docker:',
    ],
    ['scan --no-token x', '--no-token is no option of "drydock scan".'],
    ['scan x --scope', '--scope needs a value'],
    ['db update --token=a', '--token is no option of "drydock db update". Trivy has it;'],
    [
      'version --scope a',
      '--scope is no option of "drydock version". Grype has it; here: the image as it runs is judged',
    ],
    ['scan --quiet=yes x', '--quiet takes no value.'],
    ['scan --exclude /usr x', 'unknown option --exclude. Grype has it; here: everything is read;'],
    ['scan --insecure x', 'unknown option --insecure.'],
    // What is no scan.
    [
      'scan --download-db-only x',
      'unknown option --download-db-only. Trivy has it; here: "drydock db update" does it.',
    ],
    ['scan --download-java-db-only x', 'unknown option --download-java-db-only.'],
    ['scan --vuln-db x', 'unknown option --vuln-db.'],
    // Values that are missing or no such thing.
    ['scan x --scanners', '--scanners of Trivy needs a value.'],
    ['scan --scanners --only-fixed x', '--scanners of Trivy needs a value.'],
    ['scan --only-fixed=maybe x', '--only-fixed takes true or false, not "maybe".'],
    ['scan --scanners vuln --checks all x', '"all" stands alone'],
    ['scan --pkg-types x', '"drydock scan" needs IMAGE'],
    // Other commands get the same words as a hint.
    ['observe x --scanners vuln', 'unknown option --scanners. Write --checks vulnerability.'],
    ['imagee x', 'unknown command "imagee".'],
  ])('%s is refused', async (line, message) => {
    const run = async () => {
      const { settings } = await parse(line);
      const { selectChecks } = await import('../select-checks.ts');
      const { checks } = await import('../../checks/index.ts');
      selectChecks(settings, checks);
    };
    await expect(run()).rejects.toThrow(message);
  });

  it('say nothing of a flag that a scan has, at a command that has it not', async () => {
    await expect(parse('version --fail-on high')).rejects.toThrow(/^--fail-on is no option of "drydock version"\.$/);
  });

  it('are taken or refused with a word, each of them, also where other commands of ours have them', async () => {
    const silent: string[] = [];
    const options: readonly string[] = [...scan.options, ...commonOptions];
    for (const { flags, value } of otherFlags) {
      for (const flag of flags.filter((one) => !options.includes(one.slice(2)))) {
        const told = await parse(`scan ${flag}${value === undefined ? '' : '=x'} image`).then(
          ({ notices }) => notices.join(' '),
          (error: Error) =>
            error.message.replace(/^(?:unknown option \S+|\S+ is no option of "drydock scan")\.|\.$/, ''),
        );
        if (told.trim() === '' || told.includes('Did you mean')) silent.push(flag);
      }
    }
    expect(silent).toEqual([]);
    const all = otherFlags.flatMap(({ flags }) => flags);
    expect(all.filter((flag, index) => all.indexOf(flag) !== index)).toEqual([]);
  });

  it('leave a status that is not calmer: what is shown counts, in a real run', async () => {
    const image = writeTemporary('image.tar', ociLayout({ layers: [debianLayer()], config: {} }));
    const run = (...words: string[]) => runDrydock([...words, '--offline', image]);
    const [ours, theirs] = await Promise.all([
      run('scan', '--severity', 'medium,low', '--exit-code', '7', '--checks', 'configuration,history'),
      run('image', '--severity', 'LOW,MEDIUM', '--exit-code', '7', '--scanners', 'misconfig'),
    ]);

    expect([ours.status, theirs.status]).toEqual([7, 7]);
    expect(theirs.stdout).toBe(ours.stdout);
    expect(theirs.stderr).toContain('warning: --scanners of Trivy is taken as --checks configuration,history:');
  });
});

it('variables of other scanners decide nothing, and one warning names those that would', () => {
  const told = variablesOfOthers([
    'TRIVY_SEVERITY',
    'TRIVY_BY_CVE',
    'TRIVY_SKIP_DIRS',
    'GRYPE_FAIL_ON_SEVERITY',
    'GRYPE_X',
  ]);
  expect(told).toEqual([
    'variables of other scanners decide nothing here: TRIVY_SEVERITY (write --severity LIST), TRIVY_SKIP_DIRS, GRYPE_FAIL_ON_SEVERITY (write --fail-on SEVERITY).',
  ]);
  expect(variablesOfOthers(['TRIVY_SKIP_DB_UPDATE', 'TRIVY_VERSION'])).toEqual([]);
});
