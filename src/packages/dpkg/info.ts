import { dpkgText, parseDiversions } from '../../formats/dpkg-info.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { DiversionFact, OwnershipFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../directories-of.ts';
import { linkedFiles, linkedFilesBelow } from '../linked-files.ts';

const DIVERSIONS = 'var/lib/dpkg/diversions';
const FOLDER = 'var/lib/dpkg/info';
const LIST = '.list';
const MD5SUMS = '.md5sums';
/** Bytes of lists that are held of one layer; a desktop with 5,000 packages has about 40 MiB. */
const MAX_BYTES = 48 * 1024 * 1024;

type InfoFact = OwnershipFact | DiversionFact;

interface Lists {
  files?: string;
  md5?: string;
}

/**
 * Reads which files dpkg's packages own: `info/PACKAGE.list` with the digests of `info/PACKAGE.md5sums`, the other
 * files of `info/` that are named after a package, and `diversions`. A layer holds the lists of those packages only that it changed.
 */
export const dpkgInfo: Analyzer<InfoFact> = {
  name: 'dpkg-info',
  version: 1,

  wants(file: FileHeader): Appetite {
    if (!file.path.startsWith('var/lib/dpkg/') || file.type !== 'file') return Appetite.None;
    if (file.path === DIVERSIONS) return Appetite.Body;
    if (file.path.length !== FOLDER.length + 1 + file.name.length || !file.path.startsWith(FOLDER))
      return Appetite.None;
    return isList(file.name) ? Appetite.Body : Appetite.Header;
  },

  within: directoriesOf([DIVERSIONS, `${FOLDER}/*`]),

  open(layer: LayerContext): LayerReader<InfoFact> {
    const owners = new Map<string, Lists>();
    let diversions: DiversionFact | undefined;
    const scripts: string[] = [];
    let bytes = 0;

    function listsOf(owner: string): Lists {
      let lists = owners.get(owner);
      if (lists === undefined) {
        lists = {};
        owners.set(owner, lists);
      }
      return lists;
    }

    return {
      read(file) {
        if (file.path === DIVERSIONS) {
          const parsed = parseDiversions(file.content);
          diversions = { kind: 'diversion', path: file.path, diversions: parsed.diversions };
          if (parsed.incomplete) {
            const message = 'it does not consist of three lines for each diversion; the rest was left out';
            layer.problem({ code: 'file.format', message, path: file.path });
          }
          return;
        }
        const name = file.path.slice(FOLDER.length + 1);
        if (!isList(name)) {
          scripts.push(name);
          return;
        }
        const fits = bytes + file.content.length <= MAX_BYTES;
        bytes += file.content.length;
        if (!fits) {
          const message = 'file lists are so large that this one was left out: its files are taken for unowned';
          layer.problem({ code: 'layer.limit', message, path: file.path });
          return;
        }
        const text = dpkgText(file.content);
        if (name.endsWith(LIST)) listsOf(name.slice(0, -LIST.length)).files = text;
        else listsOf(name.slice(0, -MD5SUMS.length)).md5 = text;
      },

      close() {
        const facts: InfoFact[] = diversions === undefined ? [] : [diversions];
        // Maintainer scripts and their like stand in no list, but belong to the package they are named after.
        for (const name of scripts) {
          const lists = owners.get(name.slice(0, name.lastIndexOf('.')));
          if (lists?.files !== undefined) lists.files += `\n/${FOLDER}/${name}`;
        }
        for (const [owner, { files, md5 }] of owners) {
          facts.push({
            kind: 'ownership',
            path: `${FOLDER}/${owner}${files === undefined ? MD5SUMS : LIST}`,
            owner,
            type: 'deb',
            files: files ?? '',
            ...(md5 !== undefined && { md5 }),
          });
        }
        return facts;
      },
    };
  },

  missing: (view) => [...linkedFiles(view, [DIVERSIONS]), ...linkedFilesBelow(view, FOLDER, isList)],
};

function isList(name: string): boolean {
  return name.endsWith(LIST) ? name.length > LIST.length : name.endsWith(MD5SUMS) && name.length > MD5SUMS.length;
}
