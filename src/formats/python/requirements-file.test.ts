import { describe, expect, it } from 'vitest';
import { parseRequirementsFile } from './requirements-file.ts';

const hash = (letter: string) => `sha256:${letter.repeat(64)}`;
const read = (text: string) => parseRequirementsFile(text).packages.map(({ name, version }) => `${name}@${version}`);

describe('parseRequirementsFile', () => {
  it.each([
    ['comments', '# a\na==1 # b\n  # c\nb#c\n', ['a@1']],
    ['lines that go on', 'a \\\n  == 1\nb==2 \\\n# comment\nc==3\nd==4 \\\n', ['a@1', 'b@2', 'c@3', 'd@4']],
    ['options of a line', 'a==1 --hash=sha256:1 -C x\nb==2; os_name=="x" --hash=y\n', ['a@1', 'b@2']],
    ['other files and options of pip', '-r base.txt\n--index-url https://x\n-c c.txt\n-i x\na\n', ['a@']],
    [
      'editable folders and repositories',
      '-e .\n-e git+https://x/y.git#egg=z\n--editable=git+ssh://x#egg=w&subdirectory=v\n',
      ['z@', 'w@'],
    ],
    [
      'archives and URLs',
      './a-1.0-py3-none-any.whl\nhttps://x/b-2-py3-none-any.whl#sha256=0\n../c\nd/e.tar.gz\nf.zip\n',
      ['a@1.0', 'b@2'],
    ],
    ['URLs with a name', 'a @ https://x/y\nb[z] @ file:///b-1-py3-none-any.whl\n', ['a@', 'b@1']],
    ['line ends of Windows and old ones', 'a==1\r\nb==2\rc==3', ['a@1', 'b@2', 'c@3']],
    ['the same twice', 'a==1; os_name=="x"\na==1\nA==1\na==2\n', ['a@1', 'a@2']],
    ['nothing', '', []],
    ['blank lines', '\n \n\t\n', []],
    ['names of prototypes', 'constructor==1\ntoString\n', ['constructor@1', 'toString@']],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('keeps a digest where only one archive can be meant', () => {
    const text = `a==1 --hash=${hash('a')}\nb==1 --hash=${hash('a')} \\\n --hash=${hash('b')}\nc==1 --hash=md5:0\n`;

    expect(parseRequirementsFile(text).packages).toEqual([
      { name: 'a', version: '1', hashes: { sha256: 'a'.repeat(64) } },
      { name: 'b', version: '1' },
      { name: 'c', version: '1' },
    ]);
  });

  it.each([
    ['a 1.0\n', 'line 1 is no requirement'],
    ['b\n\nhello world \\\n and more\n==1\n', '2 lines, the first of them 3, are no requirement'],
  ])('says which lines it does not understand', (text, leftOut) => {
    expect(parseRequirementsFile(text).leftOut).toBe(leftOut);
  });
});
