/**
 * How the names of files end that web servers run, by the language they are run as; `aspx` is all of ASP.NET, `jsp` all of
 * Jakarta Pages. What a server runs by such a name it runs whatever the file begins with: all before the first tag is text.
 */
export const webEndings = {
  php: 'php php3 php4 php5 php7 php8 phps pht phtm phtml phar inc module install theme ctp',
  asp: 'asp asa cer cdx',
  aspx: 'aspx ashx asmx ascx asax master cshtml vbhtml',
  jsp: 'jsp jspx jspf jspa jsw jsv jtml tag tagx',
  cfm: 'cfm cfml cfc',
} as const;

/** Run by servers, too, in a language that their first line tells. */
const gateway = 'cgi';

const endings: ReadonlySet<string> = new Set([...Object.values(webEndings).join(' ').split(' '), gateway]);

/** @param ending what stands behind the last dot of the name, in lower case */
export function isWebEnding(ending: string): boolean {
  return endings.has(ending);
}
