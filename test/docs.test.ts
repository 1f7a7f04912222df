import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../src/cli/program.ts';
import { toolVersion } from '../src/cli/tool-version.ts';
import { reportFormats } from '../src/config/options.ts';
import { loadFormats } from '../src/report/index.ts';
import { generatedDocs } from '../tools/generate-docs.ts';
import { projectRoot } from './support/run.ts';

const formats = await loadFormats();

const read = (name: string): string => readFileSync(path.join(projectRoot, name), 'utf8');
const pages = globSync('**/*.md', {
  cwd: projectRoot,
  exclude: (name) => ['node_modules', 'dist', '.git', '.drydock', 'coverage'].includes(path.basename(name)),
}).toSorted();

const packageJson = JSON.parse(read('package.json')) as { version: string; scripts: Record<string, string> };

/** Links and images of Markdown, outside of code. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)].map(
    (m) => m[1] ?? m[2] ?? '',
  );
}

/** Anchors that a Markdown page has: its headings as GitHub spells them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#{1,6}\s+(.*)$/gm)].map((m) =>
    (m[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}

function brokenLinks(page: string): string[] {
  return linksOf(read(page)).filter((link) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return false;
    const [name = '', anchor] = link.split('#');
    const target = name === '' ? page : path.join(path.dirname(page), decodeURIComponent(name));
    if (!existsSync(path.join(projectRoot, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).includes(anchor);
  });
}

/** What a reader would type: lines of code blocks, fenced or indented, and code within the text. */
function typedLines(page: string): string[] {
  const text = read(page);
  const fenced = [...text.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```/gm)].flatMap((m) =>
    (m[1] ?? '').split('\n'),
  );
  const indented = [...text.matchAll(/^ {4}(\S.*)$/gm)].map((m) => m[1] ?? '');
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map((m) => m[1] ?? '');
  const lines = [...fenced, ...indented, ...inline].map((line) => line.replace(/^\$ /, '').trim());
  return [...new Set(lines)].filter((line) => line !== '' && !line.startsWith('#'));
}

/** The words of our own program in a line, where it calls it. What stands behind wide blanks explains the line. */
function callOf(line: string): string[] | undefined {
  const found = /^(?:[^|]*\| )?(?:[A-Z_]+=\S+\s+)*(?:\.\/)?drydock( [^|;&<>]*)?$/.exec(
    line.replace(/(?:\s{2,}|\s#).*$/, ''),
  );
  const words = (found?.[1] ?? '')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  // `drydock COMMAND --help` speaks of all of them.
  return words.length === 0 || words[0] === 'COMMAND' ? undefined : words;
}

describe('generated pages', async () => {
  it.each([...(await generatedDocs())])('%s is in step with the program (npm run docs writes it)', (name, text) => {
    expect(existsSync(path.join(projectRoot, name)) ? read(name) : undefined).toBe(text);
  });
});

describe('pages', () => {
  it.each(pages)('%s has no broken link', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  const calls = pages.flatMap((page) => typedLines(page).map((line) => [page, line] as const));

  it.each(calls.filter(([, line]) => callOf(line) !== undefined))(
    '%s: the program understands "%s"',
    async (_, line) => {
      const words = callOf(line)!;
      // The name of a command alone is talk about it.
      await expect(parseCommandLine(words.length === 1 ? [...words, '--help'] : words)).resolves.toBeDefined();
    },
  );

  it.each(calls.filter(([, line]) => /^npm (run|test)\b/.test(line)))('%s: package.json knows "%s"', (_, line) => {
    const [, verb, name] = line.split(/\s+/);
    expect(Object.keys(packageJson.scripts)).toContain(verb === 'test' ? 'test' : name);
  });
});

describe('what is said in two places', () => {
  it('the version', () => {
    expect(toolVersion).toBe(packageJson.version);
  });

  it('the formats of a report', () => {
    expect(formats.map(({ id }) => id)).toEqual(reportFormats);
  });
});
