import { readFileSync } from 'node:fs';
import type { DatabaseOptions } from '../checks/malware/clamav/load.ts';
import { openRules } from '../contents/yara/open-rules.ts';
import { readTexts } from '../contents/yara/shared-rules.ts';
import { readDigestList } from '../formats/digest-list.ts';
import { readDigestFile } from '../formats/ssdeep/digest-file.ts';
import type { ContainerOptions } from './container-proof.ts';
import type { RuleKind } from './rule-file.ts';
import type { RuleCounts } from './set-record.ts';

/** Reasons that are kept. */
const MOST_REASONS = 20;
/** Characters of one. */
const MOST_WORDS = 200;

export interface CountOptions extends ContainerOptions {
  /** Where what is compiled is kept; absent: nowhere. */
  readonly compiled?: string;
}

/**
 * Loads rules as a scan will, to see how many of them are of use. What is compiled for it is kept for that scan.
 * @param files absolute
 */
export async function countRules(
  { kind, digest }: { readonly kind: RuleKind; readonly digest: string },
  files: readonly string[],
  { compiled, ...options }: CountOptions = {},
): Promise<RuleCounts> {
  switch (kind) {
    case 'yara': {
      const { rules, count, lost, losses } = openRules({ digest, read: () => readTexts(files) }, {}, compiled);
      rules.close();
      return { loaded: count, lost, reasons: byReason(losses.map(({ reason }) => reason)) };
    }
    case 'digests':
      return countLines(files, (text) => {
        const { digests, problems } = readDigestList(text);
        return { loaded: digests.length, reasons: problems.map(({ reason }) => reason), lost: problems.length };
      });
    case 'ssdeep':
      return countLines(files, (text) => {
        const { digests, problems, unusable } = readDigestFile(text);
        return { loaded: digests.length, reasons: problems.map(({ message }) => message), lost: unusable };
      });
    case 'clamav':
      return await countSignatures(files, { ...options, ...(compiled !== undefined && { cache: compiled }) });
  }
}

async function countSignatures(files: readonly string[], options: DatabaseOptions): Promise<RuleCounts> {
  const [{ loadDatabase }, { yaraRegexEngine }, { nativeBackend }, { wasmBackend }] = await Promise.all([
    import('../checks/malware/clamav/load.ts'),
    import('../checks/malware/clamav/regex-engine.ts'),
    import('../contents/yara/native-backend.ts'),
    import('../contents/yara/wasm-backend.ts'),
  ]);
  const regex = yaraRegexEngine(nativeBackend() ?? wasmBackend());
  const { database } = await loadDatabase(files, { ...options, regex });
  const { loaded, unsupported, malformed, problems } = database.report;
  const reasons: (readonly [string, number])[] = Object.entries(unsupported).map(([reason, count]) => [
    `not supported: ${reason}`,
    count,
  ]);
  if (malformed > 0) reasons.push([`malformed: ${problems[0]?.reason ?? 'lines'}`, malformed]);
  reasons.sort((a, b) => b[1] - a[1]);
  const lost = reasons.reduce((sum, [, count]) => sum + count, 0);
  return { loaded, lost, reasons: reasons.slice(0, MOST_REASONS) };
}

function countLines(
  files: readonly string[],
  count: (text: string) => {
    readonly loaded: number;
    readonly lost: number;
    readonly reasons: readonly string[];
  },
): RuleCounts {
  const all = files.map((file) => count(readFileSync(file, 'utf8')));
  return {
    loaded: all.reduce((sum, { loaded }) => sum + loaded, 0),
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    reasons: byReason(all.flatMap(({ reasons }) => reasons)),
  };
}

/** Counts reasons that differ only in what they quote; the most frequent first. */
export function byReason(reasons: readonly string[]): RuleCounts['reasons'] {
  const counts = new Map<string, number>();
  for (const reason of reasons) {
    const words = reason
      .slice(0, MOST_WORDS)
      .replace(/`[^`]*`/g, '`...`')
      .replace(/\b(module|rule) \w+/g, '$1 ...');
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_REASONS);
}
