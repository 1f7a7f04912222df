import type { Command, Invocation } from '../command.ts';

/** Each is loaded by those who ask for it. */
const update = async (invocation: Invocation): Promise<number> =>
  await (await import('../rules/update.ts')).updateRules(invocation);
const take = async (invocation: Invocation): Promise<number> =>
  await (await import('../rules/update.ts')).importRules(invocation);
const remove = async (invocation: Invocation): Promise<number> =>
  await (await import('../rules/update.ts')).removeRules(invocation);
const convert = async (invocation: Invocation): Promise<number> =>
  await (await import('../rules/convert.ts')).convertRules(invocation);
const status = async (invocation: Invocation): Promise<number> =>
  await (await import('../rules/status.ts')).showRules(invocation);

async function knownNames(): Promise<readonly string[]> {
  return (await import('../../rules/sources.ts')).ruleSources.map(({ name }) => name);
}

export const command: Command = {
  name: 'rules',
  summary: 'Rules for malware and webshells: update, import, convert, status, remove.',
  description:
    'Rules that come with Drydock are always there. Others are fetched when somebody asks for them, and only then; each set has a licence of its own.',
  arguments: [],
  options: [],
  commands: [
    {
      name: 'update',
      summary: 'Fetch public sets of rules, or what changed in them.',
      description:
        'Without a name: all sets that were fetched before. NAME=ADDRESS fetches a set from anywhere: an archive, or a file of rules; clamav=ADDRESS the databases of your own mirror of ClamAV. NAME=sha256:HEX and NAME=ADDRESS#sha256:HEX say which digest it must have. Below --mirror the archives are in the folder rules. Whatever goes wrong, the set stays as it was.',
      arguments: [{ name: 'name', description: 'a set of rules', optional: true, several: true, offers: knownNames }],
      options: ['format', 'cache-dir', 'mirror', 'offline', 'force', 'timeout'],
      formats: ['table', 'json'],
      examples: [
        'drydock rules update signature-base',
        'drydock rules update',
        'drydock rules update clamav=https://mirror.example/clamav/',
      ],
      run: update,
    },
    {
      name: 'import',
      summary: 'Take rules from a folder, an archive or a file of this machine.',
      description:
        'They are copied. A folder may be what freshclam keeps (/var/lib/clamav): containers are taken if their signature is right.',
      arguments: [{ name: 'path', description: 'a folder, an archive (zip, tar) or a file of rules', offers: 'files' }],
      options: ['name', 'kind', 'licence', 'allow-unsigned', 'force', 'format', 'cache-dir', 'timeout'],
      formats: ['table', 'json'],
      examples: [
        'drydock rules import /var/lib/clamav',
        'drydock rules import rules.zip --name own --licence MIT',
        'drydock rules import known-bad.txt --kind digests',
      ],
      run: take,
    },
    {
      name: 'convert',
      summary: 'Write signatures of ClamAV as YARA rules, as far as these can say the same.',
      description:
        'For other programs: a scan takes the signatures as they are. What YARA cannot say is counted by reason.',
      arguments: [
        { name: 'in', description: 'a folder of a database of ClamAV, or a file of one', offers: 'files' },
        { name: 'out', description: 'the file of YARA rules that is written', offers: 'files' },
      ],
      options: ['allow-unsigned', 'format', 'timeout'],
      formats: ['table', 'json'],
      examples: ['drydock rules convert /var/lib/clamav clamav.yar'],
      run: convert,
    },
    {
      name: 'status',
      summary: 'Show which rules there are, whose they are, how old, and what of them is not used.',
      arguments: [],
      options: ['format', 'cache-dir'],
      formats: ['table', 'json'],
      run: status,
    },
    {
      name: 'remove',
      summary: 'Remove sets of rules.',
      arguments: [{ name: 'name', description: 'a set of rules', several: true }],
      options: ['cache-dir'],
      run: remove,
    },
  ],
};
