import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';

/** No engine of this machine is meant. */
const environment = { DOCKER_HOST: 'unix:///dev/null/docker.sock' };

describe('drydock observe', () => {
  it.each([
    ['neither image nor container', [], 'what is to be observed? Give an IMAGE to run'],
    ['both', ['x', '--container', 'y'], '"x" cannot be run while "y" is watched'],
    ['a scheme and standard input', ['docker-archive:-'], 'an image on standard input cannot be run'],
    ['standard input', ['-'], 'an image on standard input cannot be run'],
    ['a cage that is none', ['x', '--cage', 'loose'], '"loose" is not one of strict, default, compatible'],
    ['a run profile that is not there', ['x', '--run-profile', 'no.yaml'], 'no.yaml'],
    ['rules that are not there', ['x', '--call-rules', 'no.yaml'], '--call-rules: no.yaml cannot be read'],
    ['a scanner that is none', ['x', '--service-scanners', 'nope'], '--service-scanners: "nope" is none of'],
    [
      'templates of others',
      ['x', '--service-scanners', 'drydock,.'],
      '--service-scanners: ".": templates are run by nuclei alone, where it is installed: nuclei:.',
    ],
    ['templates that are not there', ['x', '--service-scanners', 'nuclei:no'], '/no: there are no templates.'],
    [
      'profiles without proofs',
      ['x', '--profiles', 'p'],
      '--profiles: what is written there is what --prove finds out',
    ],
    ['a folder that is a file', ['x', '--prove', '--profiles', 'file'], '/file cannot be made: '],
    [
      'a cage for a container',
      ['--container', 'x', '--cage', 'strict'],
      '--cage: a container that runs already is only',
    ],
    ['a tracer that is not there', ['x', '--tracer-folder', 'none'], '/none is no folder.'],
    ['a tracer that is none', ['x', '--tracer', 'bpftrace'], '"bpftrace" is not one of strace, none'],
    ['two images', ['x', 'y'], 'takes 1 word; "y" is one too many.'],
    [
      'rules of Sigma',
      ['x', '--call-rules', 'rules'],
      '--call-rules: rules/sigma.yml is a rule of Sigma, which is not read. Write it in the format of Falco',
    ],
    [
      'alerts of Falco',
      ['x', '--call-rules', 'alerts.json'],
      '--call-rules: alerts.json has alerts of Falco, which are not read. Give the rules that made them',
    ],
    ['a broken run profile', ['x', '--run-profile', 'broken.yaml'], 'broken.yaml:2: '],
  ])('tells of %s before an engine is asked', async (_, words, message) => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'file'), '');
    writeFileSync(path.join(folder, 'broken.yaml'), 'user: me\nnothing: 1\n');
    mkdirSync(path.join(folder, 'rules'));
    writeFileSync(path.join(folder, 'rules/sigma.yml'), 'title: x\ndetection:\n  a:\n    Image: /x\n  condition: a\n');
    writeFileSync(
      path.join(folder, 'alerts.json'),
      '{"output":"x","priority":"Notice","rule":"x","output_fields":{}}\n',
    );
    const { status, stdout, stderr } = await runDrydock(['observe', ...words], { folder, environment });
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  });

  it('says which engines were tried', async () => {
    const { status, stderr } = await runDrydock(['observe', 'x'], { environment });
    expect([status, stderr]).toEqual([3, expect.stringContaining('no Docker engine could be reached')]);
  });
});
