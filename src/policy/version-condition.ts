import { isGlob, matchesGlob } from './glob.ts';
import { versionSchemes } from './purl.ts';

const bound = /^(<=|>=|<|>|=)\s*(\S+)$/;

/**
 * What is wrong with a condition on versions: `< 3.0.12`, `>= 1.0, < 2.0`, `3.0.*`, `1.2-3`; undefined where nothing is.
 */
export function versionConditionFault(condition: string): string | undefined {
  if (!/[<>=]/.test(condition)) {
    return /[\s,]/.test(condition.trim()) ? 'a version, a pattern or bounds (">= 1.0, < 2.0") are expected' : undefined;
  }
  const bad = condition.split(',').find((part) => !bound.test(part.trim()));
  return bad === undefined ? undefined : `${JSON.stringify(bad.trim().slice(0, 60))} is no bound like "< 1.2.3"`;
}

/** Tells whether a version of a package of that type meets a condition. One that cannot be compared does not. */
export function meetsVersionCondition(version: string, type: string, condition: string): boolean {
  const text = condition.trim();
  if (!/[<>=]/.test(text)) return isGlob(text) ? matchesGlob(text, version) : text === version;
  const scheme = versionSchemes.get(type);
  if (scheme === undefined) return false;
  try {
    return text.split(',').every((part) => {
      const [, operator = '', limit = ''] = bound.exec(part.trim()) ?? [];
      const order = scheme.compare(version, limit);
      if (operator === '=') return order === 0;
      if (operator === '<') return order < 0;
      if (operator === '<=') return order <= 0;
      return operator === '>' ? order > 0 : operator === '>=' && order >= 0;
    });
  } catch {
    // A version that has no place in the order is accepted by nobody.
    return false;
  }
}
