import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { databaseFile, importAdvisories, image as listed, NOW } from './support/accepting.ts';
import { exchangeErrors } from './support/exchange-schemas.ts';
import { dockerArchive, layer } from './support/image.ts';
import { drydockEntry } from './support/program.ts';
import { projectRoot, runProgram } from './support/run.ts';
import { temporaryFolder, writeTemporary } from './support/temporary.ts';

/** What of the examples is run here is what a pipeline runs: their scripts as they stand, by sh, with the program. */

const folder = path.join(projectRoot, 'examples/ci');
const textOf = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const action = load(textOf('github/action/action.yml')) as { readonly runs: { readonly steps: readonly Step[] } };
const workflow = load(textOf('github/workflow.yml')) as {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
};
const gitlab = load(textOf('gitlab/drydock.gitlab-ci.yml')) as {
  readonly drydock: {
    readonly script: readonly string[];
    readonly artifacts: { readonly when: string; readonly reports: object };
  };
};
const task = load(textOf('tekton/task.yaml')) as {
  readonly kind: string;
  readonly spec: {
    readonly params: readonly { readonly name: string }[];
    readonly steps: readonly (Step & { readonly script: string })[];
  };
};
const jenkins = textOf('jenkins/Jenkinsfile');
const hooks = load(readFileSync(path.join(projectRoot, '.pre-commit-hooks.yaml'), 'utf8')) as readonly {
  readonly id: string;
  readonly entry: string;
  readonly files: string;
}[];

interface Pipeline {
  readonly name: string;
  readonly script: string;
  /** Variables by what they say. */
  readonly image: string;
  readonly failOn: string;
  readonly reports: readonly string[];
}

const pipelines: readonly Pipeline[] = [
  {
    name: 'GitHub',
    script: action.runs.steps[0]!.run!,
    image: 'IMAGE',
    failOn: 'FAIL_ON',
    reports: ['r/drydock.sarif', 'r/drydock.md', 'r/drydock.json'],
  },
  {
    name: 'GitLab',
    script: gitlab.drydock.script.join('\n'),
    image: 'DRYDOCK_SCAN_IMAGE',
    failOn: 'DRYDOCK_SCAN_FAIL_ON',
    reports: ['gl-container-scanning-report.json', 'gl-code-quality-report.json', 'drydock.xml'],
  },
  {
    name: 'Jenkins',
    script: /sh '''\n([^']*)'''/.exec(jenkins)![1]!,
    image: 'IMAGE',
    failOn: 'FAIL_ON',
    reports: ['drydock.xml', 'drydock.html', 'drydock.json'],
  },
  {
    name: 'Tekton',
    script: task.spec.steps[0]!.script,
    image: 'IMAGE',
    failOn: 'FAIL_ON',
    reports: ['drydock.sarif', 'drydock.json'],
  },
];

/** Nobody can say which distribution it is of: what is there was not judged. */
const unknown = writeTemporary(
  'unknown.tar',
  dockerArchive({ layers: [layer([{ path: 'etc/hostname', content: 'x' }])] }),
);
let program = '';

beforeAll(async () => {
  await importAdvisories();
  const bin = temporaryFolder();
  program = path.join(bin, 'drydock');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${drydockEntry()}' "$@"\n`, { mode: 0o755 });
});

async function run(script: string, where: string, environment: Readonly<Record<string, string>>) {
  return await runProgram('sh', ['-e', '-c', script], {
    folder: where,
    environment: {
      PATH: `${path.dirname(program)}:${process.env['PATH']}`,
      DRYDOCK: 'drydock',
      DRYDOCK_DB: databaseFile(),
      DRYDOCK_OFFLINE: 'true',
      DRYDOCK_CHECKS: 'vulnerability',
      XDG_CACHE_HOME: where,
      SOURCE_DATE_EPOCH: String(Date.parse(NOW) / 1000),
      ...environment,
    },
  });
}

async function pipeline({ script, image, failOn }: Pipeline, subject: string, least: string) {
  const where = temporaryFolder();
  const result = await run(script, where, {
    [image]: subject,
    [failOn]: least,
    FOLDER: 'r',
    GITHUB_OUTPUT: path.join(where, 'output'),
    GITHUB_STEP_SUMMARY: path.join(where, 'summary'),
    RESULT: path.join(where, 'result'),
  });
  return { ...result, where };
}

describe.each(pipelines)('the script for $name', (one) => {
  it('is green where nothing is as grave, and red at findings, with its reports in both cases', async () => {
    const green = await pipeline(one, listed, 'critical');
    const red = await pipeline(one, listed, 'high');

    expect({ green: green.status, red: red.status, said: green.stderr }).toMatchObject({ green: 0, red: 1 });
    for (const { where } of [green, red]) {
      const without = one.reports.filter((name) => {
        const text = readFileSync(path.join(where, name), 'utf8');
        // The page has its data compressed, Markdown its hyphens escaped.
        return name.endsWith('.html') ? text.length < 10_000 : !text.replaceAll('\\', '').includes('CVE-2099-0001');
      });
      expect(without).toEqual([]);
    }
    if (one.name === 'GitHub') {
      expect(readFileSync(path.join(red.where, 'output'), 'utf8')).toBe('sarif=r/drydock.sarif\n');
      expect(readFileSync(path.join(red.where, 'summary'), 'utf8')).toContain('Vulnerabilities');
      expect(red.stdout).toContain('::error::findings at or above high');
    }
    if (one.name === 'GitLab') {
      expect(exchangeErrors('gitlab', readFileSync(path.join(red.where, one.reports[0]!), 'utf8'))).toEqual([]);
    }
    if (one.name === 'Tekton') expect(readFileSync(path.join(red.where, 'result'), 'utf8')).toBe('1');
  });

  it('is red where something was not read', async () => {
    const incomplete = await pipeline(one, unknown, 'critical');

    expect(incomplete.status).toBe(4);
    expect(existsSync(path.join(incomplete.where, one.reports[0]!))).toBe(true);
  });

  it('takes what it is told as words, runs none of it, and is red where there is no such image', async () => {
    const word = '--output=json=made"; touch made; $(touch made) `touch made` #';
    const { status, where } = await pipeline(one, word, 'critical');

    expect([status, existsSync(path.join(where, 'made'))]).toEqual([3, false]);
  });
});

describe('the files for GitHub', () => {
  const parsed = (name: string, parse: typeof parseWorkflow) =>
    parse({ name, content: textOf(name) }, new NoOperationTraceWriter()).context.errors.getErrors();

  it('are what the parser of GitHub takes for an action and a workflow', () => {
    expect(parsed('github/action/action.yml', parseAction)).toEqual([]);
    expect(parsed('github/workflow.yml', parseWorkflow)).toEqual([]);
    // It does find what is wrong.
    expect(
      parseWorkflow(
        { name: 'x', content: 'on: push\njobs: {a: {steps: []}}' },
        new NoOperationTraceWriter(),
      ).context.errors.getErrors(),
    ).not.toEqual([]);
  });

  it('put no expression into a script, and may do no more than they have to', () => {
    const steps = [...action.runs.steps, ...Object.values(workflow.jobs).flatMap((job) => job.steps)];
    expect(steps.filter(({ run: script = '' }) => script.includes('${{'))).toEqual([]);
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });
});

describe('the other files', () => {
  it('of GitLab keep their reports where the job fails', () => {
    expect(gitlab.drydock.artifacts.when).toBe('always');
    expect(Object.values(gitlab.drydock.artifacts.reports).toSorted()).toEqual(pipelines[1]!.reports.toSorted());
  });

  it('of Tekton use every parameter outside of the script alone', () => {
    expect(task.kind).toBe('Task');
    const [{ script, ...step }] = task.spec.steps as [Step & { readonly script: string }];
    expect(script).not.toContain('$(params');
    for (const { name } of task.spec.params) expect(JSON.stringify(step)).toContain(`$(params.${name})`);
  });

  it('of pre-commit are red at findings and at a policy that has grown old, for the files that they mean', async () => {
    const where = temporaryFolder();
    writeFileSync(path.join(where, 'app.docker.tar'), readFileSync(listed));
    writeFileSync(
      path.join(where, '.drydockignore.yaml'),
      'accept:\n- {id: X, package: x, reason: x, expires: 2026-01-01}\n',
    );
    const of = (id: string) => hooks.find((hook) => hook.id === id)!;
    const names = ['app.docker.tar', '.drydockignore.yaml'];
    const hook = async (id: string) => {
      const { entry, files: pattern } = of(id);
      const meant = names.filter((name) => new RegExp(pattern).test(name));
      return [meant, (await run(`exec ${entry} ${meant.join(' ')}`, where, {})).status];
    };

    expect(hooks.map(({ id }) => id)).toEqual(['drydock-image', 'drydock-policy']);
    expect(await hook('drydock-image')).toEqual([['app.docker.tar'], 1]);
    expect(await hook('drydock-policy')).toEqual([['.drydockignore.yaml'], 1]);
  });

  it.each(files)('%s has no password, and no address but of GitHub and of pre-commit', (name) => {
    expect(textOf(name)).not.toMatch(/https?:\/\/(?!github\.com)|password\s*[=:]\s*\S/i);
    expect(name === 'README.md' || readFileSync(path.join(folder, 'README.md'), 'utf8').includes(name)).toBe(true);
  });
});
