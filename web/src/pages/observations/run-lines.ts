/** A line of what a run tells. */
export interface RunLine {
  readonly label: string;
  readonly text: string;
  readonly tone: 'plain' | 'warn';
}

/** More of one field is not read on a line. */
const MOST = 300;

const isRecord = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null;

function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MOST) : '';
}

/**
 * An event of a run in words. What it says is of an image that runs: every field may be anything.
 * @returns undefined where there is nothing to say
 */
export function lineOf(kind: string, data: unknown): RunLine | undefined {
  if (!isRecord(data)) return undefined;
  const line = (label: string, text: string, tone: RunLine['tone'] = 'plain'): RunLine => ({ label, text, tone });
  switch (kind) {
    case 'state':
      return line('state', word(data['state']));
    case 'step':
      return line('step', word(data['step']));
    case 'attempt': {
      const changes = Array.isArray(data['changes']) ? data['changes'].slice(0, 10).map(word) : [];
      return line(`try ${word(data['number'])}`, changes.length === 0 ? 'as the image says' : changes.join('; '));
    }
    case 'tried': {
      const attempt = isRecord(data['attempt']) ? data['attempt'] : data;
      return line('outcome', [word(attempt['outcome']), word(attempt['reason'])].filter(Boolean).join(': '));
    }
    case 'port': {
      const port = isRecord(data['port']) ? data['port'] : data;
      const service = isRecord(port['service']) ? port['service'] : {};
      const speaks = [service['name'], service['product'], service['version']].map(word).filter(Boolean).join(' ');
      return line(
        'port',
        [`${word(port['protocol'])} ${word(port['port'])}`, word(port['process']), speaks].filter(Boolean).join(', '),
      );
    }
    case 'finding': {
      const finding = isRecord(data['finding']) ? data['finding'] : data;
      return line(word(finding['severity']) || 'finding', `${word(finding['id'])}: ${word(finding['title'])}`, 'warn');
    }
    case 'missed':
      return line('missed', `${word(data['events']) || 'some'} events were forgotten before this page came to them`);
    case 'end':
      return line('end', [word(data['state']), word(data['failure'])].filter(Boolean).join(': '));
    default:
      return undefined;
  }
}
