import { escapeLine } from '../../formats/escape-text.ts';
import type { Finding } from '../../model/finding.ts';
import type { Problem } from '../../model/problem.ts';
import { withoutSecrets } from '../../secrets/without-secrets.ts';
import { severityOfPriority } from './read-falco-rules.ts';

/** Bytes of one line; Falco cuts its own at 64 KiB. */
const LONGEST_LINE = 262_144;

/** Findings that are told one by one; what is beyond is counted. */
const MOST_FINDINGS = 1000;

/** Lines of which it is told why they cannot be read. */
const MOST_PROBLEMS = 5;

const MOST_SENTENCE = 400;

/** An alert of Falco, as far as it is used. */
interface Alert {
  readonly rule: string;
  readonly priority: string;
  readonly output?: string;
  readonly time?: string;
  readonly source?: string;
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What alerts came to. */
export interface FalcoFindings {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Lines that are alerts; those of other containers, where one was asked for; and those that are none. */
  readonly alerts: number;
  readonly others: number;
  readonly unreadable: number;
}

/**
 * Reads what Falco writes with `json_output: true` (https://falco.org/docs/concepts/outputs/): a file, standard input, or
 * the bodies of its HTTP output, in pieces of any size. Equal alerts are told once with a count.
 */
export class FalcoAlerts {
  readonly #container: string | undefined;
  readonly #kept = new Map<string, { readonly alert: Alert; count: number }>();
  readonly #decoder = new TextDecoder();
  readonly #problems: Problem[] = [];
  #line = '';
  #skipping = false;
  #number = 0;
  #alerts = 0;
  #others = 0;
  #unreadable = 0;
  #dropped = 0;

  /** @param container - number of the container whose alerts count; absent: all do */
  constructor(container?: string) {
    this.#container = container?.slice(0, 12);
  }

  add(bytes: Uint8Array): void {
    this.#text(this.#decoder.decode(bytes, { stream: true }));
  }

  /** What was read until now, a last line without an end among it. */
  end(): FalcoFindings {
    this.#text(`${this.#decoder.decode()}\n`);
    const problems = [...this.#problems];
    if (this.#unreadable > MOST_PROBLEMS) {
      problems.push(problem(`${this.#unreadable - MOST_PROBLEMS} more lines are no alerts of Falco.`));
    }
    if (this.#dropped > 0) {
      problems.push(problem(`${this.#dropped} alerts were of further kinds than the first ${MOST_FINDINGS}.`));
    }
    const findings = [...this.#kept.values()].map(({ alert, count }) => findingOf(alert, count));
    return { findings, problems, alerts: this.#alerts, others: this.#others, unreadable: this.#unreadable };
  }

  #text(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.#grow(text.slice(from, at));
      this.#number++;
      if (this.#skipping) this.#complain(`is longer than ${LONGEST_LINE} characters`);
      else if (this.#line.trim() !== '') this.#read(this.#line);
      this.#line = '';
      this.#skipping = false;
      from = at + 1;
    }
    this.#grow(text.slice(from));
  }

  #grow(piece: string): void {
    if (this.#line.length + piece.length > LONGEST_LINE) {
      this.#skipping = true;
      this.#line = '';
    } else if (!this.#skipping) this.#line += piece;
  }

  #read(line: string): void {
    const alert = readAlert(line);
    if (typeof alert === 'string') {
      this.#complain(alert);
      return;
    }
    this.#alerts++;
    const container = alert.fields['container.id'];
    if (this.#container !== undefined && typeof container === 'string' && container.slice(0, 12) !== this.#container) {
      this.#others++;
      return;
    }
    const fields = ['proc.exepath', 'proc.name', 'fd.name', 'evt.type'].map((name) => alert.fields[name]);
    const key = JSON.stringify([alert.rule, ...fields]).slice(0, 4096);
    const before = this.#kept.get(key);
    if (before !== undefined) before.count++;
    else if (this.#kept.size < MOST_FINDINGS) this.#kept.set(key, { alert, count: 1 });
    else this.#dropped++;
  }

  #complain(why: string): void {
    if (++this.#unreadable <= MOST_PROBLEMS) this.#problems.push(problem(`Line ${this.#number} of the alerts ${why}.`));
  }
}

function problem(message: string): Problem {
  return { code: 'calls.alerts-unreadable', message };
}

/** The reason where it is none. */
function readAlert(line: string): Alert | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no alert of Falco';
  const { rule, priority, output, time, source, tags, output_fields: fields } = value as Record<string, unknown>;
  if (typeof rule !== 'string' || typeof priority !== 'string') return 'is no alert of Falco';
  return {
    rule: rule.slice(0, 256),
    priority,
    ...(typeof output === 'string' && { output }),
    ...(typeof time === 'string' && { time }),
    ...(typeof source === 'string' && { source }),
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string').slice(0, 50) : [],
    fields: typeof fields === 'object' && fields !== null && !Array.isArray(fields) ? (fields as Alert['fields']) : {},
  };
}

function findingOf({ rule, priority, output, time, fields }: Alert, count: number): Finding {
  const path = fields['fd.name'];
  const words = output === undefined ? JSON.stringify(fields) : withoutPrefix(output);
  const when =
    time !== undefined && /^[\dT:.Z+-]{10,40}$/.test(time) ? `, ${count === 1 ? 'at' : 'first at'} ${time}` : '';
  const times = count === 1 ? '' : `; ${count} times`;
  const sentence = escapeLine(withoutSecrets(words, 4096));
  return {
    kind: 'call',
    id: escapeLine(rule),
    aliases: [],
    severity: severityOfPriority(priority) ?? 'unknown',
    confidence: 'medium',
    title: escapeLine(rule),
    from: 'unknown',
    ...(typeof path === 'string' && path.startsWith('/') && { location: { path: path.slice(1, 4096) } }),
    evidence: `${sentence.length > MOST_SENTENCE ? `${sentence.slice(0, MOST_SENTENCE)}...` : sentence}${when}${times}`,
    source: { name: 'falco', url: 'https://falco.org/' },
  };
}

/** Falco begins its text with the time and the priority, which stand elsewhere, too. */
function withoutPrefix(output: string): string {
  return output.replace(/^\d\d:\d\d:\d\d\.\d{1,9}: [A-Z][a-z]{1,20} /, '');
}
