import type { RuleKind } from './rule-file.ts';

/** A public set of rules that `drydock rules update NAME` knows. Nothing of it comes with Drydock, and nothing is fetched unasked. */
export interface RuleSource {
  /** Its word on the command line, and the name of the set. */
  readonly name: string;
  readonly title: string;
  /** Where its archive is; its files for a set that is no archive. */
  readonly url: string;
  /** Name of the archive below `rules/` of a mirror. */
  readonly archive: string;
  readonly kinds: readonly RuleKind[];
  /** What its licence is expected to be, and whether a file of the archive that has its text still says so. */
  readonly licence: string;
  readonly licenceMark?: RegExp;
  /** Whom findings are owed to. Rules name their own authors besides. */
  readonly author: string;
  readonly homepage: string;
  /** Files of the archive that are rules to use, by their path without the folder that holds all. Absent: all that look like rules. */
  readonly wanted?: RegExp;
  /** What whoever takes it should know. */
  readonly note?: string;
}

/** A source that is not an archive but containers of ClamAV, each a file of the address. */
export const CLAMAV = 'clamav';

const yara = ['yara'] as const;
const forge = {
  kinds: yara,
  licence: 'of each rule (license_url in its meta)',
  author: 'YARA Forge, of many repositories; each rule names its own',
  homepage: 'https://github.com/YARAHQ/yara-forge',
} as const;

function gitHub(repository: string): Pick<RuleSource, 'url' | 'homepage'> {
  const homepage = `https://github.com/${repository}`;
  return { url: `${homepage}/archive/HEAD.tar.gz`, homepage };
}

function yaraForge(size: 'core' | 'extended' | 'full', about: string): RuleSource {
  const archive = `yara-forge-rules-${size}.zip`;
  return {
    ...forge,
    name: `yara-forge-${size}`,
    title: `YARA Forge, ${size}: ${about}`,
    url: `${forge.homepage}/releases/latest/download/${archive}`,
    archive,
  };
}

/** All of them, in the order of their names. */
export const ruleSources: readonly RuleSource[] = [
  {
    ...gitHub('bartblaze/Yara-rules'),
    name: 'bartblaze',
    title: 'Rules of Bart Parys',
    archive: 'bartblaze.tar.gz',
    kinds: yara,
    licence: 'MIT',
    licenceMark: /MIT License/i,
    author: 'Bart Parys (@bartblaze)',
    wanted: /^rules\/.*\.yara?$/i,
  },
  {
    ...gitHub('elastic/protections-artifacts'),
    name: 'elastic',
    title: 'Elastic Security, protections artifacts',
    archive: 'elastic.tar.gz',
    kinds: yara,
    licence: 'Elastic-2.0',
    licenceMark: /Elastic License 2\.0/i,
    author: 'Elastic Security',
    wanted: /^yara\/.*\.yara?$/i,
    note: 'not to be offered to others as a hosted service',
  },
  {
    name: 'linux-malware-detect',
    title: 'Signatures of Linux Malware Detect (rfxn)',
    url: 'https://cdn.rfxn.com/downloads/maldet-sigpack.tgz',
    archive: 'linux-malware-detect.tgz',
    kinds: ['clamav', 'yara'],
    licence: 'GPL-2.0',
    author: 'R-fx Networks',
    homepage: 'https://github.com/rfxn/linux-malware-detect',
  },
  {
    ...gitHub('jvoisin/php-malware-finder'),
    name: 'php-malware-finder',
    title: 'PHP Malware Finder',
    archive: 'php-malware-finder.tar.gz',
    kinds: yara,
    licence: 'LGPL-3.0',
    licenceMark: /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/i,
    author: 'NBS System, Julien Voisin and contributors',
    wanted: /^data\/(?:[^/]+|whitelists\/[^/]+)\.yara?$/i,
    note: 'broad: expect findings in honest PHP',
  },
  {
    ...gitHub('reversinglabs/reversinglabs-yara-rules'),
    name: 'reversinglabs',
    title: 'ReversingLabs',
    archive: 'reversinglabs.tar.gz',
    kinds: yara,
    licence: 'MIT',
    licenceMark: /Permission is hereby granted, free of charge/i,
    author: 'ReversingLabs',
    wanted: /^yara\/.*\.yara?$/i,
  },
  {
    ...gitHub('Neo23x0/signature-base'),
    name: 'signature-base',
    title: 'signature-base of Florian Roth',
    archive: 'signature-base.tar.gz',
    kinds: yara,
    licence: 'DRL-1.1',
    licenceMark: /Detection Rule License \(DRL\) 1\.1/i,
    author: 'Florian Roth and contributors',
    wanted: /^(?:yara|vendor\/yara)\/.*\.yara?$/i,
    note: 'whoever shows its findings has to name the author of the rule',
  },
  yaraForge('core', 'few false alarms'),
  yaraForge('extended', 'more rules, more false alarms'),
  yaraForge('full', 'all rules'),
];

/** Files of a mirror of ClamAV's databases, as cvdupdate and freshclam name them. */
export const clamavContainers: readonly string[] = ['main.cvd', 'daily.cvd', 'bytecode.cvd'];

/** @returns undefined where nothing of that name is known */
export function findSource(name: string): RuleSource | undefined {
  return ruleSources.find((source) => source.name === name);
}
