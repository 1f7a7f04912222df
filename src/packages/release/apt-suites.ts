import type { ReleaseFile } from '../../model/distribution.ts';

/**
 * Names of the suites that apt takes packages of the distribution from (sources.list(5), both forms), in their order
 * and without the pocket: `bookworm` for `bookworm-security` and `bookworm/updates`. Sources without the component
 * `main` are others' and left out.
 */
export function aptSuites(files: readonly ReleaseFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    if (path.endsWith('.sources')) return suitesOfParagraphs(text);
    return path.endsWith('/sources.list') ? suitesOfLines(text) : [];
  });
}

/** `deb [option=value ...] uri suite component ...` */
function suitesOfLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const words = withoutOptions(line.trim()).split(/\s+/);
    const [type = '', , suite = '', ...components] = words;
    return (type === 'deb' || type === 'deb-src') && components.includes('main') ? [withoutPocket(suite)] : [];
  });
}

function withoutOptions(line: string): string {
  const open = line.indexOf('[');
  const close = line.indexOf(']', open);
  return open < 0 || close < 0 ? line : `${line.slice(0, open)}${line.slice(close + 1)}`;
}

/** Paragraphs with the fields Suites and Components. */
function suitesOfParagraphs(text: string): string[] {
  return text.split(/\r?\n[ \t]*\r?\n/).flatMap((paragraph) => {
    const fields = new Map<string, string>();
    for (const line of paragraph.split('\n')) {
      const colon = line.indexOf(':');
      if (colon > 0 && !line.startsWith('#'))
        fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1));
    }
    const words = (name: string): string[] => (fields.get(name) ?? '').trim().split(/\s+/);
    if (words('enabled')[0]?.toLowerCase() === 'no' || !words('components').includes('main')) return [];
    return words('suites').map(withoutPocket);
  });
}

function withoutPocket(suite: string): string {
  return suite.split(/[-/]/, 1)[0]?.toLowerCase() ?? '';
}
