import { dpkgText } from '../../formats/dpkg-info.ts';
import { type PortageContents, parsePortageContents, parsePortageName } from '../../formats/portage.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { OwnershipFact, PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { linkedFiles } from '../linked-files.ts';
import { tellable } from '../tellable.ts';

/** Portage keeps a directory for each package here: `sys-libs/glibc-2.39-r6/CONTENTS`. */
const FOLDER = 'var/db/pkg';
/** Files of such a directory that are read, of about forty. */
const names = ['PF', 'CONTENTS', 'LICENSE'] as const;
/** Packages of one layer; the whole tree has about 20,000. */
const MAX_PACKAGES = 30_000;
/** Bytes of lists of files that are held of one layer. */
const MAX_BYTES = 48 * 1024 * 1024;

type PortageFact = PackageFact | OwnershipFact;

/** What the files of one directory said. */
interface Read {
  name?: string;
  contents?: PortageContents;
  licences?: readonly string[];
}

/**
 * Reads which packages Portage installed, and which files they own. An update removes the directory of the old version and
 * makes another: a package is there as long as its directory is.
 */
export const portageDatabase: Analyzer<PortageFact> = {
  name: 'portage-database',
  version: 1,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !names.some((name) => name === file.name)) return Appetite.None;
    return folderOf(file.path) === undefined ? Appetite.None : Appetite.Body;
  },

  within: (directory) => directory.startsWith(`${FOLDER}/`),

  open(layer: LayerContext): LayerReader<PortageFact> {
    const folders = new Map<string, Read>();
    let bytes = 0;
    return {
      read({ path, content, truncated }) {
        const folder = folderOf(path) ?? '';
        if (folders.size >= MAX_PACKAGES && !folders.has(folder)) {
          layer.problem({ code: 'layer.limit', message: `${FOLDER} has too many packages`, path });
          return;
        }
        const found = folders.get(folder) ?? {};
        folders.set(folder, found);
        if (path.endsWith('/PF')) found.name = dpkgText(content.subarray(0, 4096)).trim();
        else if (path.endsWith('/LICENSE')) found.licences = licencesOf(dpkgText(content.subarray(0, 4096)));
        else {
          bytes += content.length;
          if (truncated || bytes > MAX_BYTES) {
            const message = 'file lists are so large that this one was left out: its files are taken for unowned';
            layer.problem({ code: 'layer.limit', message, path });
          } else found.contents = parsePortageContents(dpkgText(content));
        }
      },

      close() {
        const facts: PortageFact[] = [];
        for (const [folder, found] of folders) {
          const record = recordOf(folder, found);
          const path = `${FOLDER}/${folder}/${found.contents === undefined ? 'PF' : 'CONTENTS'}`;
          if (record === undefined) {
            const message = 'it names no package and version; the package was left out';
            layer.problem({ code: 'file.format', message, path });
            continue;
          }
          facts.push({ kind: 'package', path, package: record });
          if (found.contents === undefined) continue;
          const { files, md5 } = found.contents;
          facts.push({
            kind: 'ownership',
            path,
            owner: record.name,
            type: 'ebuild',
            files,
            ...(md5 !== '' && { md5 }),
          });
        }
        return facts;
      },
    };
  },

  missing: (view) =>
    view
      .list(FOLDER)
      .flatMap(({ path }) => view.list(path))
      .flatMap(({ path }) =>
        linkedFiles(
          view,
          names.map((name) => `${path}/${name}`),
        ),
      ),
};

/** `CATEGORY/PF` of a file that stands in the directory of a package itself, else undefined. */
function folderOf(path: string): string | undefined {
  if (!path.startsWith(`${FOLDER}/`)) return undefined;
  const parts = path.slice(FOLDER.length + 1).split('/');
  return parts.length === 3 ? `${parts[0]}/${parts[1]}` : undefined;
}

/** The name of the directory counts where no file says it. */
function recordOf(folder: string, { name, licences = [] }: Read): PackageRecord | undefined {
  const [category = '', directory = ''] = folder.split('/');
  // An update that did not end, which Portage removes at the next one.
  if (directory.startsWith('-MERGING-')) return undefined;
  const parsed = parsePortageName(name ?? directory);
  if (parsed === undefined) return undefined;
  return tellable({
    type: 'ebuild',
    name: `${category}/${parsed.name}`,
    version: parsed.version,
    ...(licences.length > 0 && { licences }),
  });
}

/** `|| ( MIT BSD ) ssl? ( openssl )`: the licences in it, without what joins them. */
function licencesOf(text: string): readonly string[] {
  const words = text.split(/\s+/).filter((word) => /^[A-Za-z0-9][\w.+-]*$/.test(word));
  return [...new Set(words)].slice(0, 64);
}
