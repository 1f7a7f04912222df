import path from 'node:path';
import type { LintNote } from '../../policy/lint.ts';
import type { Command, Invocation } from '../command.ts';
import { importPolicy } from '../import-policy.ts';
import { readPolicyFile } from '../policy-file.ts';
import { checkImageName, readingOptionNames } from '../reading-options.ts';
import { currentTime } from '../scan-context.ts';
import { reportsOf } from '../subject-reports.ts';

async function lint(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const [file = '', ...subjects] = words;
  const now = currentTime(io.environment);
  const [{ failingCodes, lintPolicy }, { escapeText }, { countWords }, policy] = await Promise.all([
    import('../../policy/lint.ts'),
    import('../../report/escape.ts'),
    import('../../report/words.ts'),
    readPolicyFile(path.resolve(io.folder, file), file, now),
  ]);
  // What a policy would do is asked, so none may have done it before.
  const settings = {
    ...configuration.settings,
    'no-policy': true,
    verify: true,
    'allow-licences': [],
    'deny-licences': [],
    vex: [],
  };
  const bare = { ...invocation, configuration: { ...configuration, settings } };
  checkImageName(subjects, configuration);
  const reports = [];
  for (const subject of subjects) reports.push(...(await reportsOf(subject, bare)));
  const notes = lintPolicy(policy, now, reports);
  const entries = policy.entries.length;
  if (settings.format === 'json') {
    const document = { file, entries, images: reports.map(({ image }) => image.reference), notes };
    await io.stdout.write((await import('../../report/json.ts')).jsonText(document));
  } else {
    const lines = notes.map((note) => `${file}:${note.line}: ${note.code}: ${note.message}`);
    const failing = notes.filter(isFailing).length;
    lines.push(
      `${countWords(entries, 'entry', 'entries')}, ${countWords(notes.length, 'note')}, ${failing} to be mended`,
    );
    await io.stdout.write(`${lines.map(escapeText).join('\n')}\n`);
  }
  return notes.some(isFailing) ? 1 : 0;

  function isFailing({ code }: LintNote): boolean {
    return failingCodes.includes(code);
  }
}

async function importFiles({ words, io }: Invocation): Promise<number> {
  const { text, notes } = await importPolicy(words, io);
  for (const { file, line, what, why } of notes) {
    io.log.warn({}, `${file}:${line}: ${what === '' ? '' : `${what}: `}${why}`);
  }
  await io.stdout.write(text);
  return 0;
}

const lintCommand: Command = {
  name: 'lint',
  summary: 'Name entries that have expired, soon will, mean nothing, or are superfluous.',
  description:
    'Exit status 1: entries have expired, are superfluous, or mean no finding of the images. Those that expire within 14 days are named, and do not count.',
  arguments: [
    { name: 'file', description: 'the policy', offers: 'files' },
    {
      name: 'image',
      several: true,
      optional: true,
      description: 'images that it is for, or reports in JSON',
      offers: 'files',
    },
  ],
  options: ['format', 'image-name', 'checks', 'rules', 'db', 'mirror', ...readingOptionNames],
  formats: ['table', 'json'],
  examples: [
    'drydock policy lint .drydockignore.yaml image.tar',
    'drydock policy lint .drydockignore.yaml report.json',
  ],
  run: lint,
};

const importCommand: Command = {
  name: 'import',
  summary: 'Write a policy made of the files of other tools; what cannot be taken over is named.',
  description:
    '.trivyignore, .trivyignore.yaml, .grype.yaml, .snyk, osv-scanner.toml, .dockleignore, .hadolint.yaml, .dive-ci (tells which options of "drydock history" have its limits), whitelists of clair-scanner and klar. The policy goes to standard output, everything else to standard error.',
  arguments: [{ name: 'file', several: true, description: 'a file of another tool', offers: 'files' }],
  options: [],
  examples: ['drydock policy import .trivyignore >.drydockignore.yaml'],
  run: importFiles,
};

export const command: Command = {
  name: 'policy',
  summary: 'Check a policy of accepted findings, or make one of the files of other tools.',
  arguments: [],
  options: [],
  commands: [lintCommand, importCommand],
};
