import type { FileHeader } from '../../model/file.ts';
import type { ContentType } from '../content-type.ts';
import type { FileVariables } from './yara-rules.ts';

const extensionTypes: Readonly<Record<string, string>> = {
  php: 'PHP',
  jsp: 'JSP',
  asp: 'ASP',
  py: 'Python',
  vbs: 'VBS',
  bat: 'BATCH',
  cmd: 'BATCH',
  pdf: 'PDF',
  rtf: 'RTF',
  gif: 'GIF',
};

/**
 * What rules may ask of a file besides its bytes, in the words of LOKI and THOR, for which such rules are written:
 * the folder is `filepath`, the extension has its dot, types are a few words.
 */
export function fileVariables({ path, name, uid }: FileHeader, type: ContentType): FileVariables {
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot);
  const filetype = { elf: 'ELF', pe: 'EXE', 'mach-o': 'MACH-O' }[type as string];
  return {
    filename: name,
    filepath: `/${path.slice(0, Math.max(0, path.length - name.length - 1))}`,
    extension,
    filetype: filetype ?? extensionTypes[extension.slice(1).toLowerCase()] ?? '',
    owner: uid === 0 ? 'root' : '',
  };
}
