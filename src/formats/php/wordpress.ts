/** What the comment at the top of a plugin or a theme says. */
export interface WordpressHeader {
  /** For people: `Akismet Anti-spam`. */
  readonly title: string;
  readonly version?: string;
  readonly licence?: string;
}

/** Bytes of a file in which WordPress looks for a header (wp-includes/functions.php, `get_file_data`). */
export const HEADER_BYTES = 8 * 1024;

/**
 * Reads the fields of a header as WordPress does (developer.wordpress.org: "Header Requirements" of plugins, "Main Stylesheet" of
 * themes): `Name: value` behind blanks and signs of comments.
 * @param text the first `HEADER_BYTES` of the file
 * @param kind by which field it is known to be one
 * @returns undefined where it has no such field
 */
export function parseWordpressHeader(text: string, kind: 'Plugin' | 'Theme'): WordpressHeader | undefined {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r\n?|\n/)) {
    const [, name = '', value = ''] =
      /^(?:[ \t]*<\?php)?[ \t/*#@]*(Plugin Name|Theme Name|Version|License):(.*)$/i.exec(line) ?? [];
    const told = value.replace(/(?:\*\/|\?>).*$/, '').trim();
    const key = name.toLowerCase();
    if (name !== '' && told !== '' && !fields.has(key)) fields.set(key, told);
  }
  const title = fields.get(`${kind.toLowerCase()} name`);
  if (title === undefined) return undefined;
  const version = fields.get('version');
  const licence = fields.get('license');
  return { title, ...(version !== undefined && { version }), ...(licence !== undefined && { licence }) };
}

/** The version of WordPress by its `wp-includes/version.php`; undefined where that has none. */
export function wordpressVersion(text: string): string | undefined {
  return /^[ \t]{0,100}\$wp_version[ \t]{0,100}=[ \t]{0,100}['"]([\w.+-]{1,50})['"]/m.exec(text)?.[1];
}
