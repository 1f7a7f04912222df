// Counts packages of languages in an image with shell tools and holds the report of a scan against them.
//   node test/soak/languages.ts [LAYOUT]       an OCI layout folder; default: `app-gz` of bench/image-set.ts
// Needs umoci, jq, unzip, find; golang-go for Go binaries. Unpacks the image (3 GB for `app`) into the temporary folder and
// removes it at the end. Prints a line a type, what the tools alone have, and why Drydock has more, each reason with how
// often; ends with 1 below 99.5 per cent, or where Drydock has more and the files do not tell why.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Report } from '../../src/model/report.ts';
import { scanReport } from './scan-report.ts';
import { unpackImage } from './unpack-image.ts';

const layout = path.resolve(
  process.argv[2] ?? path.join(process.env['DRYDOCK_BENCH_DIR'] ?? path.join(tmpdir(), 'drydock-bench'), 'app-gz'),
);
const THRESHOLD = 0.995;

/** Packages by type: a line `NAME VERSION PATH` each. */
type Lists = Map<string, Set<string>>;

/** What a shell prints, line by line. */
function shell(script: string, cwd: string, ...words: readonly string[]): string[] {
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return stdout.split('\n').filter((line) => line !== '');
}

function countWithTools(root: string): Lists {
  const lists: Lists = new Map();
  lists.set('npm', new Set(nodePackages(root)));
  lists.set('pypi', new Set(pythonPackages(root)));
  lists.set('maven', new Set(javaPackages(root)));
  lists.set('golang', new Set(goModules(root)));
  lists.set('gem', new Set(rubyGems(root)));
  return lists;
}

/** Direct children of folders in which Node.js looks for modules: node_modules, and Debian's own two. */
const nodePackage = /(?:(?:^|\/)node_modules|^usr\/(?:share|lib)\/nodejs)\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/;

function nodePackages(root: string): string[] {
  const files = shell(`find . -xdev -type f -name package.json -printf '%P\\n'`, root).filter((file) =>
    nodePackage.test(file),
  );
  return files.flatMap((file) => {
    const [line = ''] = shell(`jq -r 'select(.name and .version)|"\\(.name) \\(.version)"' "$1"`, root, file);
    return line === '' ? [] : [`${line} ${file}`];
  });
}

function pythonPackages(root: string): string[] {
  const find = `find . -xdev -type f \\( -path '*.dist-info/METADATA' -o -path '*.egg-info/PKG-INFO' -o -name '*.egg-info' \\) -printf '%P\\n'`;
  return shell(find, root).flatMap((file) => {
    const [name = '', version = ''] = ['Name', 'Version'].map(
      (field) => shell(`grep -m1 -i "^$2:" "$1" | cut -d: -f2- | xargs`, root, file, field)[0] ?? '',
    );
    return name === '' ? [] : [`${name} ${version} ${file}`];
  });
}

function javaPackages(root: string): string[] {
  const list = `find . -xdev -type f \\( -name '*.jar' -o -name '*.war' -o -name '*.ear' \\) -printf '%P\\n'`;
  return shell(list, root).flatMap((file) =>
    shell(`unzip -Z1 "$1" 'META-INF/maven/*/*/pom.properties' 2>/dev/null`, root, file).flatMap((entry) => {
      const lines = shell(`unzip -p "$1" "$2" | tr -d '\\r'`, root, file, entry);
      const value = (key: string): string =>
        lines
          .find((line) => line.startsWith(`${key}=`))
          ?.slice(key.length + 1)
          .trim() ?? '';
      const group = value('groupId') || groupIn(entry);
      return [`${group}:${value('artifactId')} ${value('version')} ${file}`];
    }),
  );
}

/** Where the descriptor does not tell it, its folder is named by the group. */
function groupIn(entry: string): string {
  return entry.split('/')[2] ?? '';
}

function goModules(root: string): string[] {
  const programs = shell(`find . -xdev -type f -perm /111 -size +500k -printf '%P\\n'`, root);
  return programs.flatMap((file) => {
    const [first = '', ...lines] = shell(`go version -m "$1" 2>/dev/null`, root, file);
    const go = / go(\d\S*)/.exec(first)?.[1];
    if (go === undefined) return [];
    const modules: [name: string, version: string][] = [['stdlib', go]];
    for (const [, kind, name = '', version = ''] of lines.map((line) => line.split('\t'))) {
      if (kind === '=>') modules.pop();
      if (kind === 'dep' || kind === '=>') modules.push([name, version]);
    }
    return modules.map(([name, version]) => `${name} ${version} ${file}`);
  });
}

function rubyGems(root: string): string[] {
  return shell(`find . -xdev -type f -path '*/specifications/*.gemspec' -printf '%P\\n'`, root).map((file) => {
    const full = path.basename(file, '.gemspec');
    const dash = full.lastIndexOf('-');
    return `${full.slice(0, dash)} ${full.slice(dash + 1)} ${file}`;
  });
}

/** What of the report the tools could count: installed packages, one a place. */
function countOurs({ packages }: Report): { readonly lists: Lists; readonly owned: Map<string, number> } {
  const lists: Lists = new Map();
  const owned = new Map<string, number>();
  for (const { type, name, version, locations, evidence, ownedBy } of packages) {
    if (evidence !== undefined) continue;
    const list = lists.get(type) ?? new Set();
    lists.set(type, list);
    for (const place of locations) {
      // A descriptor of Maven in an archive that has several: the tools name the archive.
      list.add(`${name} ${version} ${place.replace(/!\/META-INF\/maven\/[^!]*$/, '')}`);
      if (ownedBy !== undefined) owned.set(type, (owned.get(type) ?? 0) + 1);
    }
  }
  return { lists, owned };
}

/** Why Drydock has a package that the tools do not look for: by its file. Undefined: nothing tells. */
function reasonOf(type: string, line: string, root: string): string | undefined {
  const [name = '', version = '', ...words] = line.split(' ');
  const file = words.join(' ');
  switch (type) {
    case 'npm': {
      const [own] = shell(`jq -r '"\\(.name) \\(.version)"' "$1"`, root, file);
      return own === `${name} ${version}` ? 'package.json with a name and a version, elsewhere' : undefined;
    }
    case 'pypi':
      return /\.egg!?\/EGG-INFO\/PKG-INFO$/.test(file) ? 'an egg, packed or not' : undefined;
    case 'maven': {
      if (file.includes('!/')) return 'an archive in an archive';
      const manifest = shell(`unzip -p "$1" META-INF/MANIFEST.MF | tr -d '\\r'`, root, file).join('\n');
      const artifact = name.slice(name.indexOf(':') + 1);
      if (path.basename(file).startsWith(artifact) && (file.includes(version) || manifest.includes(version))) {
        return 'an archive without a descriptor, by its name and manifest';
      }
      return manifest.includes(artifact) && manifest.includes(version)
        ? 'an archive without a descriptor, by its manifest'
        : undefined;
    }
    default:
      return undefined;
  }
}

const root = mkdtempSync(path.join(tmpdir(), 'drydock-languages-'));
const unpacked = path.join(root, 'root');
let failed = false;
try {
  console.error(`unpacking ${layout} ...`);
  unpackImage(layout, unpacked);
  console.error('counting ...');
  const theirs = countWithTools(unpacked);
  console.error('scanning ...');
  const { lists, owned } = countOurs(scanReport(layout));
  for (const [type, list] of theirs) {
    const own = lists.get(type) ?? new Set();
    const missed = [...list].filter((line) => !own.has(line));
    const share = list.size === 0 ? 1 : 1 - missed.length / list.size;
    const more = [...own].filter((line) => !list.has(line));
    const reasons = Map.groupBy(more, (line) => reasonOf(type, line, unpacked));
    const percent = (share * 100).toFixed(2);
    console.log(`${type}: tools ${list.size}, drydock ${own.size} (${owned.get(type) ?? 0} owned); found ${percent} %`);
    for (const line of missed) console.log(`  missed ${line}`);
    for (const [reason, lines] of reasons) {
      if (reason !== undefined) console.log(`  ${lines.length} more: ${reason}`);
      else for (const line of lines) console.log(`  more, and nothing tells why: ${line}`);
    }
    if (reasons.has(undefined)) failed = true;
    if (share < THRESHOLD) failed = true;
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
