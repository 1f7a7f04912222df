import type { RuleDoc } from '../model/check.ts';
import { escapeText } from './escape.ts';
import { Page } from './page.ts';
import { severityLabel } from './table-vulnerabilities.ts';

/** A rule with what is to be said of it besides its documentation. */
export interface ToldRule {
  readonly check: string;
  readonly doc: RuleDoc;
  /** Ids of other tools, as people say them. */
  readonly others: readonly string[];
  /** Where its documentation stands. */
  readonly page: string;
}

/** The text form of `drydock checks RULE`: all that is to be known of each. */
export function renderRules(
  rules: readonly ToldRule[],
  options: { readonly width: number; readonly colour: boolean },
): string {
  const page = new Page(options);
  return `${rules.map((rule) => ruleLines(rule, page).join('\n')).join('\n\n')}\n`;
}

function ruleLines({ check, doc, others, page: place }: ToldRule, page: Page): string[] {
  const { id, title, severity, why, remediation, example, caveats, sources = [] } = doc;
  const head = `${id}: ${title} (--checks ${check}, ${severityLabel(severity).toLowerCase()})`;
  return [
    ...page.paragraph('', head, { tone: 'heading' }),
    ...page.paragraph('  ', why),
    ...page.paragraph('  -> ', remediation),
    ...(example === undefined
      ? []
      : ['', '  This is told:', ...block(example.wrong), '  This is not:', ...block(example.right), '']),
    ...(caveats === undefined ? [] : page.paragraph('  ', `When it may be wrong or open: ${caveats}`)),
    ...(others.length === 0 ? [] : page.paragraph('  ', `Others that ask the same: ${others.join(', ')}`)),
    ...sources.flatMap((source) => page.paragraph('  source: ', source, { tone: 'quiet' })),
    ...page.paragraph('  docs: ', place, { tone: 'quiet' }),
  ];
}

function block(text: string): string[] {
  return text.split('\n').map((line) => `      ${escapeText(line)}`.trimEnd());
}
