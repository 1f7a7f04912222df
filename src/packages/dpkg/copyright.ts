import { licencesOfCopyright } from '../../formats/debian-copyright.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { LicenceNoticeFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';

const FOLDER = 'usr/share/doc/';
/** Bytes of one file; the largest of Debian have some 300 kB. */
const LARGEST = 1024 * 1024;

/** The directory of a package's documentation: `usr/share/doc/NAME`. */
function isOfPackage(directory: string): boolean {
  return directory.startsWith(FOLDER) && directory.length > FOLDER.length && !directory.includes('/', FOLDER.length);
}

/** Reads what licences packages of dpkg name in `usr/share/doc/NAME/copyright` (Debian Policy 12.5). Their database has none. */
export const dpkgCopyright: Analyzer<LicenceNoticeFact> = {
  name: 'dpkg-copyright',
  version: 1,

  wants: (file: FileHeader): Appetite =>
    file.type === 'file' && file.name === 'copyright' && isOfPackage(file.path.slice(0, -'/copyright'.length))
      ? Appetite.Body
      : Appetite.None,

  within: isOfPackage,

  open(layer: LayerContext): LayerReader<LicenceNoticeFact> {
    const facts: LicenceNoticeFact[] = [];
    return {
      read({ path, content, truncated }) {
        if (truncated || content.length > LARGEST) {
          layer.problem({ code: 'file.format', message: 'it is larger than is read of a list of licences', path });
          return;
        }
        const licences = licencesOfCopyright(Buffer.from(content).toString('utf8'));
        if (licences.length > 0) facts.push({ kind: 'licence-notice', path, licences });
      },
      close: () => facts,
    };
  },
};
