import type { HistoryEntry } from '../../src/model/image.ts';

/** Instructions that make a layer. */
const LAYERED = /^(?:RUN|COPY|ADD|WORKDIR)\b/;

/** The history that BuildKit records of a build file, without FROM. Lines that end with a backslash go on. */
export function buildkitHistory(file: string, created?: string): readonly HistoryEntry[] {
  const lines = file
    .replace(/\\\n/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(?:FROM|#)/.test(line));
  let shell = '/bin/sh -c';
  let layerIndex = 0;
  return lines.map((line, index) => {
    const [keyword = '', rest = ''] = split(line);
    const createdBy = recorded(keyword, rest, shell);
    if (keyword === 'SHELL') shell = (JSON.parse(rest) as string[]).join(' ');
    return {
      index,
      createdBy,
      instruction: line,
      comment: 'buildkit.dockerfile.v0',
      ...(created !== undefined && { created }),
      ...(LAYERED.test(keyword) && { layerIndex: layerIndex++ }),
    };
  });
}

function split(line: string): readonly [string, string] {
  const blank = line.indexOf(' ');
  return blank < 0 ? [line, ''] : [line.slice(0, blank), line.slice(blank + 1)];
}

function recorded(keyword: string, rest: string, shell: string): string {
  switch (keyword) {
    case 'RUN': {
      const flags = /^(?:--\S+ )+/.exec(rest)?.[0] ?? '';
      return `RUN ${flags}${shell} ${rest.slice(flags.length)} # buildkit`;
    }
    case 'COPY':
    case 'ADD':
      return `${keyword} ${rest} # buildkit`;
    default:
      return `${keyword} ${rest}`;
  }
}
