import type { Instruction } from '../../model/history.ts';
import { isIncomplete } from '../../model/problem.ts';
import type { ImageView } from '../../model/view.ts';
import { undecidedIfBlind } from '../blind.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';
import { type RanCommand, type Run, runsOf } from './commands.ts';
import { isLayerOfAll } from './layer-of-all.ts';
import { isInstall, type PackageCall, packageCall } from './package-managers.ts';

const slotOf: Readonly<Record<PackageCall['manager'], string>> = {
  apt: 'dpkg',
  apk: 'apk',
  yum: 'rpm',
  dnf: 'rpm',
  microdnf: 'rpm',
  zypper: 'rpm',
};

/** Flags with which a package manager works elsewhere, or does not install. */
const elsewhere: ReadonlySet<string> = new Set([
  '--installroot',
  '--root',
  '-p',
  '-R',
  '-d',
  '-s',
  '--download-only',
  '--downloadonly',
  '--simulate',
  '--dry-run',
  '--just-print',
  '--no-act',
  '--recon',
  '--print-uris',
  '--assumeno',
  '--help',
  '--version',
]);

const unchanged: Rule = {
  doc: {
    id: 'install-without-packages',
    kind: 'history',
    title: 'An instruction installs packages, and its layer does not change the package database',
    severity: 'medium',
    why:
      'Package managers note in the database what they install. A layer without it is not what the instruction made, ' +
      'or the database was taken out of the layer, so that nobody sees the packages.',
    remediation: 'Build the image again from its source, and compare.',
    caveats:
      'Packages that are installed already change nothing: where all that are named are in a lower layer, nothing is told.',
  },
  *judge(image) {
    yield* undecidedIfBlind(image);
    for (const run of runsOf(image)) yield* withoutPackages(image, run);
  },
};

function* withoutPackages({ view }: JudgedImage, { instruction, commands, unread }: Run): Iterable<Seen> {
  const { layerIndex, index, kind } = instruction;
  if (layerIndex === undefined || kind !== 'RUN' || unread !== undefined) return;
  // What was not read may be the database.
  if (view.problems.some((problem) => problem.layer === layerIndex && isIncomplete(problem))) return;
  for (const ran of commands) {
    // Behind an operator, or in a condition, it may not have run.
    if (ran.command.within.length > 0 || ran.command.next === '||' || ran.command.wrappers.length > 0) return;
    const call = packageCall(ran);
    if (call === undefined || !isInstall(call) || call.words.some(isElsewhere)) continue;
    const slot = slotOf[call.manager];
    if (isChanged(view, slot, layerIndex)) return;
    const named = call.packages.filter((name) => !isThere(view, name, layerIndex));
    if (named.length === 0 || isOpen(ran)) continue;
    yield {
      evidence: `It installs ${named.slice(0, 5).join(', ').slice(0, 200)}; layer ${layerIndex} does not have the database of ${slot}.`,
      instruction: index,
      confidence: 'medium',
    };
    return;
  }
}

function isElsewhere(word: string): boolean {
  const equals = word.indexOf('=');
  // Other folders of apt are named by options: `-o RootDir=/x`, `-o Dir::State=/x`.
  return elsewhere.has(equals < 0 ? word : word.slice(0, equals)) || word.includes('Dir=') || word.includes('Dir::');
}

/** Whether variables or patterns decide what is installed. */
function isOpen({ words }: RanCommand): boolean {
  return words.some((word) => /[$`*?]/.test(word));
}

/** Whether a layer has the database, or removes it; images that never had one tell nothing. */
function isChanged(view: ImageView, slot: string, layer: number): boolean {
  const states = view.facts('package-database').filter(({ fact }) => fact.slot === slot);
  if (!states.some((state) => state.layer < layer)) return true;
  if (states.some((state) => state.layer === layer)) return true;
  return view.databases.some(({ removedBy }) => removedBy !== undefined && removedBy <= layer);
}

/** Whether a lower layer has the package already; a group or a file is not a name that a database could have. */
function isThere(view: ImageView, asked: string, layer: number): boolean {
  const name = asked.replace(/[=<>~:/].*$/, '');
  if (name === '' || /^[@.-]|\.(?:deb|rpm|apk)$/.test(asked) || asked.includes('/')) return true;
  return view.packages.some((pkg) => pkg.name === name && (pkg.introducedIn ?? pkg.layer).index < layer);
}

const copies: ReadonlySet<Instruction['kind']> = new Set(['COPY', 'ADD', 'WORKDIR']);

const copied: Rule = {
  doc: {
    id: 'package-database-unexplained',
    kind: 'history',
    title: 'A layer changes the package database, and its instruction does not say so',
    severity: 'high',
    why:
      'COPY and WORKDIR of a program of your own do not install packages. A database that comes with them was packed by hand, ' +
      'and lists what its maker wants to be seen.',
    remediation: 'Install packages with the package manager, in a RUN; look at the files of the layer.',
    caveats: 'Whole file systems that are copied (COPY / /) bring their database on purpose, and are not told.',
  },
  *judge(image) {
    const { history, view } = image;
    yield* undecidedIfBlind(image);
    const states = view.facts('package-database');
    let directory = '/';
    for (const { kind, layerIndex, index, arguments: told } of history.instructions) {
      const words = told.words;
      if (kind === 'WORKDIR') directory = absolute(directory, words.at(-1) ?? '');
      if (layerIndex === undefined || !copies.has(kind) || isLayerOfAll(history.instructions, index)) continue;
      const target = kind === 'WORKDIR' ? undefined : absolute(directory, words.at(-1) ?? '/');
      for (const { layer, fact } of states) {
        if (layer !== layerIndex || !states.some((one) => one.layer < layer && one.fact.slot === fact.slot)) continue;
        if (target !== undefined && `/${fact.path}`.startsWith(target)) continue;
        const change = view.inventory[layer];
        const count = (change?.added.length ?? 0) + (change?.changed.length ?? 0) + (change?.removed.length ?? 0);
        yield {
          evidence: `Layer ${layer}, made by ${kind} ${words.join(' ').slice(0, 80)}, has ${fact.path} and changes ${count} packages.`,
          instruction: index,
          path: fact.path,
        };
      }
    }
  },
};

/** Where a destination leads; without `.` and `..`, which few write. */
function absolute(directory: string, target: string): string {
  if (target.startsWith('/')) return target.replace(/\/\.?$/, '/');
  const rest = target.replace(/^\.\/?/, '');
  return `${directory.endsWith('/') ? directory : `${directory}/`}${rest}`;
}

/** Rules about instructions that the package databases contradict. */
export const unexplainedPackageRules: readonly Rule[] = [unchanged, copied];
