import { describe, expect, it } from 'vitest';
import type { DeclaredPackages } from './declared.ts';
import { parsePipfile, parsePyproject } from './pyproject.ts';
import { parseSetupCfg } from './setup-cfg.ts';
import { parseSetupPy } from './setup-py.ts';

const told = ({ packages }: DeclaredPackages) =>
  packages.map(({ name, version, groups = [] }) => [`${name}@${version}`, ...groups].join(' '));

describe('parsePyproject', () => {
  it('reads the lists of the standards and the tables of tools', () => {
    const text = `
[build-system]
requires = ["hatchling"]
[project]
name = "app"
dependencies = ["a==1; os_name == 'x'", "b[c]>=2"]
[project.optional-dependencies]
web = ["d"]
[dependency-groups]
test = ["e==3", { include-group = "web" }]
[tool.pdm.dev-dependencies]
lint = ["f"]
[tool.uv]
dev-dependencies = ["g==4"]
[tool.poetry.dependencies]
python = "^3.8"
h = "^1.2"
i = "1.5"
j = { version = "~2.1", optional = true }
k = [{ version = "<=1", python = "<3" }, { version = "*" }]
l = { git = "https://x" }
m = "<2.0 || >3"
[tool.poetry.dev-dependencies]
n = "~=5.0"
[tool.poetry.group.docs.dependencies]
o = ">=6,<7"
`;

    expect(told(parsePyproject(text))).toEqual([
      'a@1',
      'b@2',
      'd@ web',
      'e@3 test',
      'f@ lint',
      'g@4 dev',
      'h@1.2',
      'i@1.5',
      'j@2.1 optional',
      'k@1',
      'k@',
      'l@',
      'm@',
      'n@5.0 dev',
      'o@6 docs',
    ]);
  });

  it('counts entries that are no requirements', () => {
    expect(parsePyproject('[project]\ndependencies = ["a b", "=", 1, "c"]\n')).toEqual({
      packages: [{ name: 'c', version: '' }],
      leftOut: '2 entries are no requirements',
    });
  });
});

describe('parsePipfile', () => {
  it('reads both of its tables', () => {
    const text = `
[packages]
a = "*"
b = {version = "==1.0", extras = ["x"]}
[dev-packages]
c = ">=2"
`;

    expect(told(parsePipfile(text))).toEqual(['a@', 'b@1.0', 'c@2 dev']);
  });
});

describe('parseSetupCfg', () => {
  it('reads lists of lines and lists in a line', () => {
    const text = `[metadata]
install_requires = no
[options]
install-requires =
    a==1
    # comment
    b>=2; python_version < "3"
  c # why
tests_require = d; e==3
packages = find:
[options.extras_require]
Web-1 = f
        g==4
[options.entry_points]
x = y
`;

    expect(told(parseSetupCfg(text))).toEqual(['a@1', 'b@2', 'c@', 'd@ test', 'e@3 test', 'f@ Web-1', 'g@4 Web-1']);
  });

  it('leaves out what other files say, and says what it does not understand', () => {
    expect(parseSetupCfg('[options]\ninstall_requires = file: x.txt\ntests_require =\n  a b\n')).toEqual({
      packages: [],
      leftOut: 'a line is no requirement',
    });
  });
});

describe('parseSetupPy', () => {
  it('says that it goes on where it is longer than anybody writes', () => {
    const text = `setup(install_requires=['a'])\n${'x '.repeat(500_000)}\nsetup(install_requires=['b'])`;

    expect(parseSetupPy(text)).toMatchObject({
      packages: [{ name: 'a' }],
      leftOut: 'it is longer than the 500000 names, texts and marks that are read of such a file',
    });
  });

  it.each([
    ['a list', "setup(install_requires=['a==1', \"b\", '''c>=2''', ])", ['a@1', 'b@', 'c@2']],
    ['a tuple', "setup(install_requires=('a',))", ['a@']],
    ['one text', "setup(install_requires='a==1')", ['a@1']],
    ['a name', "R = ['a', 'b==2']\nsetup(install_requires=R)", ['a@', 'b@2']],
    ['a dictionary as arguments', "setup(**{'install_requires': ['a']})", ['a@']],
    ['comments', "setup(install_requires=[\n 'a', # 'b'\n # 'c',\n 'd#e', 'f'])", ['a@', 'f@']],
    ['extras', "setup(extras_require={'x': ['a==1'], \"y:os_name=='z'\": ['b'], '': ['c']})", ['a@1 x', 'b@ y', 'c@']],
    ['tests', "setup(tests_require=['a'])", ['a@ test']],
    ['texts beside each other', "setup(install_requires=['a' '==1', 'b'])", ['a@1', 'b@']],
    [
      'what is put together',
      "setup(install_requires=['%s==1' % n, 'a==' + v, f'b=={v}', 'c=={}'.format(v), 'd'])",
      ['d@'],
    ],
    ['what is not run', "install_requires = get()\nsetup(install_requires=get('a'))", []],
    ['other lists', "setup(classifiers=['a'], install_requires=['b'], keywords=['c'])", ['b@']],
    ['a list without end', "setup(install_requires=['a', 'b", ['a@', 'b@']],
    ['escapes', "setup(install_requires=['a; os_name==\\'x\\'', r'b'])", ['a@', 'b@']],
    ['nothing', '', []],
    ['a name that is nowhere', 'setup(install_requires=R)', []],
    ['the end', 'setup(install_requires=', []],
  ])('reads %s', (_, text, expected) => {
    expect(told(parseSetupPy(text))).toEqual(expected);
  });
});
