import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/program.ts';
import { projectRoot, runProgram } from '../support/run.ts';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const text = readFileSync(path.join(projectRoot, 'deploy/github/advisories.yml'), 'utf8');
const workflow = load(text) as {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: object;
  readonly jobs: Readonly<Record<string, { readonly 'timeout-minutes': number; readonly steps: readonly Step[] }>>;
};
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const scripts = steps.flatMap(({ run }) => run ?? []);

describe('the workflow that publishes the database', () => {
  it('runs by the clock, one at a time, for an hour at the most, and may do nothing but publish', () => {
    expect(workflow.on).toHaveProperty('schedule');
    expect(workflow.permissions).toEqual({ contents: 'read', packages: 'write' });
    expect(workflow.concurrency).toMatchObject({ 'cancel-in-progress': false });
    expect(Object.values(workflow.jobs).map((job) => job['timeout-minutes'])).toEqual([60]);
  });

  it.each(steps.flatMap(({ uses }) => uses ?? []))('pins %s', (uses) => {
    expect(uses).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
    // The version that it is stands beside it, for whoever renews it.
    expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+\\n`));
  });

  it('puts no expression into a script, where it could be code', () => {
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('shows the private key to the step that signs alone', () => {
    const seeing = steps.filter((step) => JSON.stringify(step).includes('ADVISORIES_SIGN_KEY'));
    expect(seeing.map(({ name }) => name)).toEqual(['Sign']);
  });

  it.each(scripts.flatMap((script) => script.match(/\.\/drydock [^|;\n]*/g) ?? []))('calls %s', async (call) => {
    const words = call.trim().split(/\s+/).slice(1);
    await expect(parseCommandLine(words.map((word) => word.replaceAll('"', '')))).resolves.toBeDefined();
  });

  it.each(scripts)('has a script that a shell reads: %s', async (script) => {
    expect(await runProgram('sh', ['-n'], { input: script })).toMatchObject({ status: 0, stderr: '' });
  });
});
