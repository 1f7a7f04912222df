import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeReport, makeVulnerability, oneOfEachKind } from '../../../test/support/report.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { reportFormats } from '../../config/options.ts';
import { loadFormats } from '../../report/index.ts';
import { json } from '../../report/json.ts';

const variables = {
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/x',
};
const plain = { width: 80, colour: false };
const report = makeReport({ findings: [...oneOfEachKind, makeVulnerability('CVE-2024-0002', 'bash', '5.2')] });
const one = json.render([report], plain);
const file = writeTemporary('report.json', one);
const folder = temporaryFolder();

const convert = async (args: readonly string[], input?: string) =>
  await runDrydock(['convert', ...args], { environment: variables, ...(input !== undefined && { input }) });

const bad = writeTemporary('bad.liquid', '{% x %}');

describe('drydock convert', () => {
  it('writes every format, as a scan would have', async () => {
    // Versions of CycloneDX differ in words alone.
    const ids = reportFormats.filter((id) => !/^table$|^template$|^cyclonedx-1\.[57]/.test(id));
    const outputs = ids.flatMap((id) => ['-o', `${id}=${path.join(folder, id)}`]);

    const { status, stdout } = await convert([file, ...outputs, '-f', 'table']);

    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('CVE-2024-0002') });
    for (const { id, render } of await loadFormats(ids)) {
      const text = readFileSync(path.join(folder, id), 'utf8');
      expect({ id, text }).toEqual({ id, text: render([report], { ...plain, width: 80, variables, hidden: [0] }) });
    }
  });

  it('reads a pipe, several files and documents of several images, and keeps their form', async () => {
    const both = json.render([report, report], plain);
    const list = json.render([report], { ...plain, several: true });

    expect(await convert(['-', '-f', 'json'], one)).toMatchObject({ status: 0, stdout: one });
    expect(await convert(['-', '-f', 'json'], `\uFEFF${list}`)).toMatchObject({ status: 0, stdout: list });
    expect(await convert([file, file, '-f', 'json'])).toMatchObject({ status: 0, stdout: both });
    expect(await convert(['-', '-f', 'spdx-tv'], both)).toMatchObject({ status: 2 });
  });

  it('narrows what is shown, and judges that', async () => {
    const { status, stdout } = await convert([file, '-s', 'critical', '--fail-on', 'low', '-f', 'csv']);
    expect({ status, lines: stdout.trimEnd().split('\n').length }).toEqual({ status: 0, lines: 1 });
    expect(await convert([file, '--fail-on', 'medium'])).toMatchObject({ status: 1 });
  });

  it('says what a format has no place for, and writes nothing where no document could be valid', async () => {
    const broken = { code: 'file.format', message: 'It is no JSON.', path: 'a.json', layer: 0 } as const;
    const findings = oneOfEachKind.filter(({ kind }) => kind === 'secret');
    const input = json.render([makeReport({ findings, problems: [broken, { ...broken, path: 'b.json' }] })], plain);
    const [list, vex] = ['list.json', 'vex.json'].map((name) => path.join(folder, name));

    const { status, stderr } = await convert(
      ['-', '-o', `gitlab-codequality=${list}`, '-o', `openvex=${vex}`, '-f', 'table'],
      input,
    );

    expect(status).toBe(0);
    expect(stderr).toContain(
      'list.json, without what it has no place for: 2 things that could not be read or judged\n',
    );
    expect(stderr).toContain(
      'vex.json, empty: no vulnerability was found, and a document of OpenVEX has at least one statement, without what it has no place for: 1 secret, 2 things that could not be read or judged\n',
    );
    expect(readFileSync(vex!, 'utf8')).toBe('');
  });

  it.each([
    ['gitlab-codequality', ['--show-suppressed'], 'without what it has no place for: 1 finding that is accepted\n'],
    ['gitlab-codequality', [], ''],
    ['trivy-json', ['--show-suppressed'], ''],
  ])('says of %s with %j what it cannot mark as accepted', async (format, args, words) => {
    const findings = oneOfEachKind
      .filter(({ kind }) => kind === 'vulnerability')
      .map((finding) => ({ ...finding, suppressed: { by: 'policy:p.yaml:1', reason: 'x' } }));
    const { stderr } = await convert(['-', '-f', format, ...args], json.render([makeReport({ findings })], plain));

    if (words === '') expect(stderr).not.toContain('no place');
    else expect(stderr).toContain(words);
  });

  it('writes what a template makes of it', async () => {
    const named = writeTemporary('a.html', '<p>{{ report.tool.name }} {{ "<" }}');
    const args = ['--template', named, '-f', 'template'];

    expect(await convert([file, ...args])).toMatchObject({ status: 0, stdout: '<p>drydock &lt;\n' });
  });

  it.each<[string, readonly string[], string | undefined, string]>([
    ['no template', [file, '-f', 'template'], undefined, 'template: --template FILE has to name a template'],
    [
      'a template that is not there',
      [file, '-f', 'template', '--template', '/none'],
      undefined,
      '/none cannot be read',
    ],
    ['a bad template', [file, '-f', 'template', '--template', bad], undefined, 'tag "x" not found, line:1, col:1'],

    ['what is not there', ['/none.json'], undefined, 'no such file: /none.json'],
    ['a folder', [folder], undefined, 'is not a report in JSON'],
    ['what is cut off', ['-'], one.slice(0, 900), 'standard input is no report of Drydock: it is no JSON'],
    ['nothing', ['-'], '', 'standard input is no report of Drydock: it is no JSON'],
    ['a report of another program', ['-'], '{"SchemaVersion": 2}', 'it has no schemaVersion'],
    ['damage', ['-'], one.replace('"byKind"', '"byKin"'), 'summary.byKind: '],
    ['writing over it', [file, '-o', `html=${file}`], undefined, 'is to be read'],
  ])('refuses %s', async (_, args, input, words) => {
    const { status, stderr, stdout } = await convert(args, input);

    expect({ status, stderr, stdout }).toEqual({ status: 2, stderr: expect.stringContaining(words), stdout: '' });
  });
});
