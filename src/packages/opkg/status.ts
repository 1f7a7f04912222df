import { dpkgText } from '../../formats/dpkg-info.ts';
import { type DpkgStatus, parseDpkgStatus } from '../../formats/dpkg-status.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { OwnershipFact, PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { linkedFiles, linkedFilesBelow } from '../linked-files.ts';
import { PackageFacts } from '../package-facts.ts';

/** OpenWrt keeps its database here, builds of Yocto in one of the others. */
const folders = ['usr/lib/opkg', 'var/lib/opkg'] as const;
const LIST = '.list';
/** Bytes of lists that are held of one layer. */
const MAX_BYTES = 16 * 1024 * 1024;

type OpkgFact = PackageFact | OwnershipFact;

/**
 * Reads which packages opkg installed: `status`, which has the form of dpkg's, and `info/NAME.list`, which names the files of a
 * package (git.yoctoproject.org/opkg, libopkg/opkg_conf.c).
 */
export const opkgStatus: Analyzer<OpkgFact> = {
  name: 'opkg-status',
  version: 1,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !isIn(file)) return Appetite.None;
    return Appetite.Body;
  },

  within: (directory) => folders.some((folder) => directory === folder || directory === `${folder}/info`),

  open(layer: LayerContext): LayerReader<OpkgFact> {
    const packages = new PackageFacts(layer);
    const lists = new Map<string, OwnershipFact>();
    let bytes = 0;
    return {
      read(file) {
        const { path, content, truncated } = file;
        if (!path.endsWith('/status')) {
          bytes += content.length;
          if (truncated || bytes > MAX_BYTES) {
            const message = 'file lists are so large that this one was left out: its files are taken for unowned';
            layer.problem({ code: 'layer.limit', message, path });
            return;
          }
          const owner = path.slice(path.lastIndexOf('/') + 1, -LIST.length);
          // A line has the path, and in newer editions its mode behind a tab.
          const files = dpkgText(content).replace(/\t[^\n]*/g, '');
          lists.set(path, { kind: 'ownership', path, owner, type: 'opkg', files });
          return;
        }
        packages.begin(file);
        const status: DpkgStatus = parseDpkgStatus(content, truncated);
        for (const message of status.problems) layer.problem({ code: 'file.format', message, path });
        for (const record of status.records) packages.add(path, { type: 'opkg', ...record });
      },
      close: () => [...packages.close(), ...lists.values()],
    };
  },

  missing: (view) => [
    ...linkedFiles(
      view,
      folders.map((folder) => `${folder}/status`),
    ),
    ...folders.flatMap((folder) => linkedFilesBelow(view, `${folder}/info`, (name) => name.endsWith(LIST))),
  ],
};

function isIn({ path, name }: FileHeader): boolean {
  return folders.some((folder) =>
    path.startsWith(folder) && name === 'status'
      ? path.length === folder.length + 1 + name.length
      : name.endsWith(LIST) && path === `${folder}/info/${name}`,
  );
}
