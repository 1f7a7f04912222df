import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** The hash of a text as a Content-Security-Policy names it. */
function policyHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * A script that the reader of HTML does not take for ended, or for a comment, and that is shown by a terminal as it is: what
 * is not printed stands in texts and expressions alone, where its number means the same.
 */
function withoutEnds(script: string): string {
  return script
    .replaceAll(/<(\/script|!--)/gi, (_, rest: string) => `\\x3c${rest}`)
    .replaceAll(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Puts script and style into the page itself, and lets the page run nothing else: the policy names their hashes, and no
 * address at all. The report is put in afterwards (src/report/html.ts), as data that no browser runs.
 */
export function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const html = Object.values(bundle).find((file) => file.type === 'asset' && file.fileName.endsWith('.html'));
      if (html?.type !== 'asset') throw new Error('there is no page to put script and style into');
      const scripts: string[] = [];
      const styles: string[] = [];
      for (const file of Object.values(bundle)) {
        if (file === html) continue;
        if (file.type === 'chunk') scripts.push(withoutEnds(file.code));
        else if (file.fileName.endsWith('.css')) styles.push(String(file.source).replaceAll('</style', '<\\/style'));
        else throw new Error(`${file.fileName} has no place in a page of one file`);
        delete bundle[file.fileName];
      }
      if (scripts.length !== 1) throw new Error(`the report is ${scripts.length} scripts, not one`);
      const [script = ''] = scripts;
      const style = styles.join('');
      const policy = [
        "default-src 'none'",
        `script-src ${policyHash(script)}`,
        `style-src ${policyHash(style)}`,
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; ');
      const page = String(html.source)
        .replaceAll(/\s*<(?:script type="module"|link rel="(?:stylesheet|modulepreload)")[^>]*>(?:<\/script>)?/g, '')
        .replace(
          '</title>',
          () => `</title>\n<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${style}</style>`,
        )
        // At the end: the data that it reads stands before it.
        .replace('</body>', () => `<script type="module">${script}</script>\n</body>`);
      html.source = page;
    },
  };
}
