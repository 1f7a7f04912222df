import type { Analyzer, LayerReader } from '../../model/analyzer.ts';
import type { RepositoriesFact } from '../../model/fact.ts';
import { Appetite } from '../../model/file.ts';
import { directoriesOf } from '../../packages/directories-of.ts';

/** Sources of apt that `pro enable` writes, by the pocket that they name. */
const pockets: ReadonlyMap<string, string> = new Map([
  ['ubuntu-esm-infra', 'esm-infra'],
  ['ubuntu-esm-apps', 'esm-apps'],
  ['ubuntu-fips', 'fips'],
  ['ubuntu-fips-updates', 'fips-updates'],
  ['ubuntu-fips-preview', 'fips-preview'],
  ['ubuntu-ros', 'ros-esm'],
  ['ubuntu-ros-updates', 'ros-esm'],
]);

const FOLDER = 'etc/apt/sources.list.d/';

/** Finds the pockets of Ubuntu Pro that an image is attached to: services whose sources apt has (ubuntu-pro-client). */
export const ubuntuProSources: Analyzer<RepositoriesFact> = {
  name: 'ubuntu-pro-sources',
  version: 1,

  wants(file): Appetite {
    if (!file.path.startsWith(`${FOLDER}ubuntu-`) || file.type !== 'file') return Appetite.None;
    return pocketOf(file.path) === undefined ? Appetite.None : Appetite.Body;
  },

  within: directoriesOf([`${FOLDER}*`]),

  open(): LayerReader<RepositoriesFact> {
    const facts: RepositoriesFact[] = [];
    return {
      read({ header, content }) {
        const pocket = pocketOf(header.path);
        const text = Buffer.from(content.subarray(0, 64 * 1024)).toString();
        // A service that is switched off leaves its file, with every line commented out.
        const isOn = /^(?:deb\s|URIs:)/im.test(text) && !/^Enabled:\s*no\b/im.test(text);
        if (pocket !== undefined && isOn)
          facts.push({ kind: 'repositories', path: header.path, type: 'deb', names: [pocket] });
      },
      close: () => facts,
    };
  },
};

function pocketOf(path: string): string | undefined {
  const name = /^([a-z-]+)\.(?:list|sources)$/.exec(path.slice(FOLDER.length))?.[1];
  return name === undefined ? undefined : pockets.get(name);
}
