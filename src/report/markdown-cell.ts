import { escapeLine } from './escape.ts';

/**
 * Text in a cell of a table, or within a line, that nothing of it ends, formats, links or mentions.
 *
 * A backslash is enough for what Markdown itself reads. GitHub and GitLab look for mentions, issues, addresses and pictures in
 * what Markdown made of the text, where no backslash is left: there a blank without width stands in between.
 */
export function markdownCell(text: string): string {
  return escapeLine(text)
    .replace(/[\\`*_{}[\]<>()#+!|~@$%^-]/g, (mark) => `\\${mark}`)
    .replace(/&/g, '&amp;')
    .replace(/:(?=\/\/)|(?<=www)(?=\.)/gi, `$&${APART}`)
    .replace(/(?<!\w)\\@(?=\w)|(?<=\w)\\@(?=(?:[\w]|\\-){1,64}\.\w)|\\#(?=\w)|\bGH\\-(?=\d)/gi, `$&${APART}`)
    .replace(/:(?=(?:[a-z0-9]|\\[-_+]){1,50}:)/gi, `$&${APART}`);
}

/** As an entity, so that whoever reads the source sees it. */
const APART = '&#8203;';

/** Text of several lines for a page that is Markdown: no line is a heading, or an order such as GitLab's `/close`. */
export function markdownText(text: string): string {
  return text
    .split('\n')
    .map((line) => markdownCell(line).replace(/^[/=]/, '\\$&'))
    .join('\n');
}
