/** What a name says that is none of what the template makes, but of how it is written. */
const engines: ReadonlySet<string> = new Set(
  'ejs erb handlebars hbs in j2 jinja jinja2 liquid mustache njk template tmpl tpl twig'.split(' '),
);

/** What nobody reads as a page, and what references of characters would spoil. */
const plain: ReadonlySet<string> = new Set(
  'cfg conf csv env ini json jsonl log ndjson properties sarif text toml tsv txt yaml yml'.split(' '),
);

/**
 * Whether what a template shows is escaped for a page or XML, by the name of its file. One that says HTML, XML or SVG
 * anywhere is escaped (`mail.xhtml`, `mail.html.j2`, `html-mail.tpl`), one that says a form of plain text is not
 * (`summary.txt.liquid`). Of all others nobody knows who will read it, Markdown among them, in which HTML acts: they are
 * escaped, since a text that shows `&lt;` can be put right, and a page that ran what an image brought cannot.
 */
export function isMarkup(path: string): boolean {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  if (/html|xml|svg|(?:^|[^a-z])htm(?:[^a-z]|$)/.test(name)) return true;
  const made = name
    .split('.')
    .slice(1)
    .findLast((part) => !engines.has(part));
  return made === undefined || !plain.has(made);
}
