import { isCveId } from './cve-id.ts';
import { lines } from './lines.ts';

/** A security notice of Debian: DSA (security team), DLA (long-term support) or DTSA (testing, long ago). */
export interface DebianNotice {
  /** `DSA-5546-1`, `DSA-141` of the first years. */
  readonly id: string;
  /** `chromium - security update`. */
  readonly title: string;
  readonly cves: readonly string[];
  readonly fixes: readonly { readonly codename: string; readonly package: string; readonly version: string }[];
}

/** A notice, or the reason why a line was left out. */
export type DebianNoticeItem = DebianNotice | { readonly skipped: string };

const header = /^\[[^\]]{1,60}\]\s+(D(?:SA|LA|TSA)-\d{1,6}(?:-\d{1,4})?)\s+(\S.*)$/;
const fix = /^\[([a-z]{1,40})\]\s+-\s+([a-z0-9][a-z0-9+.-]{0,100})\s+(\d\S{0,200})(?:\s+\(.*\))?$/;

/**
 * Reads a list of notices of the Debian security tracker (`data/DSA/list`): a line `[DATE] ID PACKAGE - TITLE`, then
 * indented `{CVE ...}`, `[RELEASE] - PACKAGE VERSION` and `NOTE: ...`. A version such as `<not-affected>` is no fix.
 */
export async function* readDebianNotices(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<DebianNoticeItem> {
  let open: { id: string; title: string; cves: string[]; fixes: DebianNotice['fixes'][number][] } | undefined;
  for await (const bytes of lines(chunks)) {
    const line = bytes.toString().trimEnd();
    if (line === '') continue;
    if (!/^\s/.test(line)) {
      if (open !== undefined) yield open;
      const [, id, title] = line.length > 1000 ? [] : (header.exec(line) ?? []);
      open = id === undefined || title === undefined ? undefined : { id, title, cves: [], fixes: [] };
      if (open === undefined) yield { skipped: `${JSON.stringify(line.slice(0, 80))} is no notice` };
      continue;
    }
    const text = line.trim();
    if (open === undefined || text.length > 10_000) continue;
    if (text.startsWith('{') && text.endsWith('}')) {
      open.cves.push(...text.slice(1, -1).split(/\s+/).filter(isCveId));
      continue;
    }
    const [, codename, name, version] = fix.exec(text) ?? [];
    if (codename !== undefined && name !== undefined && version !== undefined) {
      open.fixes.push({ codename, package: name, version });
    }
  }
  if (open !== undefined) yield open;
}
