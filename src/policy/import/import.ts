import { UsageError } from '../../errors.ts';
import { TomlError } from '../../formats/toml.ts';
import { readYamlTree, YamlError, type YamlMapping } from '../../formats/yaml-tree.ts';
import { importDive, isDiveFile } from './dive.ts';
import type { Imported, WhyNot } from './imported.ts';
import { importDockleIgnore, importTrivyIgnore } from './lists.ts';
import { importOsvScanner } from './osv-scanner.ts';
import { importGrype, importHadolint, importSnyk, importTrivyYaml, importWhitelist } from './yaml-files.ts';

/** A file of another tool, taken for what it is. */
export interface ImportedFile extends Imported {
  /** As messages name it. */
  readonly file: string;
  /** Whose file it is: `.trivyignore`. */
  readonly form: string;
}

const expected =
  '.trivyignore, .trivyignore.yaml, .grype.yaml, .snyk, osv-scanner.toml, .dockleignore, .hadolint.yaml, .dive-ci, or a whitelist of clair-scanner or klar';

/**
 * Reads a file of accepted findings of another tool. Its name tells which, or else its content.
 *
 * @param whyNot tells of ids of checks which of them mean something here
 * @throws UsageError that names file and line where it cannot be read, or is none of the known ones
 */
export async function importFile(file: string, text: string, whyNot: WhyNot): Promise<ImportedFile> {
  try {
    return { file, ...(await read(file.slice(file.lastIndexOf('/') + 1).toLowerCase(), text, whyNot)) };
  } catch (error) {
    if (!(error instanceof YamlError || error instanceof TomlError)) throw error;
    throw new UsageError('usage.option', `${file}:${error.line}: ${error.message}.`, { cause: error });
  }
}

async function read(name: string, text: string, whyNot: WhyNot): Promise<Imported & { readonly form: string }> {
  if (name.endsWith('.toml')) return { form: 'osv-scanner.toml', ...importOsvScanner(text) };
  if (/\.?dockleignore$/.test(name)) return { form: '.dockleignore', ...importDockleIgnore(text, whyNot) };
  if (/trivyignore(?:\.txt)?$/.test(name)) return { form: '.trivyignore', ...importTrivyIgnore(text, whyNot) };
  const root = await readYamlTree(text);
  if (root?.kind !== 'mapping') throw new YamlError(root?.line ?? 1, `not one of ${expected}`);
  return fromMapping(name, root, whyNot);
}

function fromMapping(name: string, root: YamlMapping, whyNot: WhyNot): Imported & { readonly form: string } {
  const has = (key: string): boolean => root.entries.has(key);
  if (/trivyignore\.ya?ml$/.test(name) || has('vulnerabilities') || has('misconfigurations')) {
    return { form: '.trivyignore.yaml', ...importTrivyYaml(root, whyNot) };
  }
  if (/\.dive-ci(?:\.ya?ml)?$/.test(name) || isDiveFile(root)) return { form: '.dive-ci', ...importDive(root) };
  if (/hadolint\.ya?ml$/.test(name) || root.entries.get('ignored')?.value.kind === 'list') {
    return { form: '.hadolint.yaml', ...importHadolint(root, whyNot) };
  }
  if (name === '.snyk' || root.entries.get('ignore')?.value.kind === 'mapping')
    return { form: '.snyk', ...importSnyk(root) };
  if (/grype\.ya?ml$/.test(name) || root.entries.get('ignore')?.value.kind === 'list') {
    return { form: '.grype.yaml', ...importGrype(root) };
  }
  if (has('generalwhitelist') || has('general') || has('images')) {
    return { form: 'whitelist', ...importWhitelist(root) };
  }
  throw new YamlError(root.line, `not one of ${expected}`);
}
