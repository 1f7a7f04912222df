import { type ReactNode, useState } from 'react';
import { addressOf } from '../../api/client.ts';
import type { SubmittedImage } from '../../api/schema.ts';
import { useEvents } from '../../api/use-events.ts';
import { bytesWords } from '../../ui/bytes.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ImageText } from '../../ui/image-text.tsx';

interface Step {
  readonly step: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
}

const isStep = (data: unknown): data is Step =>
  typeof data === 'object' && data !== null && 'step' in data && typeof data.step === 'string';

/** Steps that are kept: more are none of a scan of ours. */
const MOST_STEPS = 40;

/** The scan of an image as it goes on. */
export function LiveScan({
  image,
  onEnd,
}: {
  readonly image: SubmittedImage;
  /** It is done, or failed. */
  readonly onEnd: () => void;
}): ReactNode {
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [state, setState] = useState<string>(image.state);
  const stream = useEvents(addressOf('GET /api/images/{id}/events', { path: { id: image.id } }), {
    state: (data) => {
      if (typeof data === 'object' && data !== null && 'state' in data) setState(String(data.state));
    },
    progress: (data) => {
      if (!isStep(data)) return;
      setState('scanning');
      setSteps((before) => [...before.filter(({ step }) => step !== data.step), data].slice(-MOST_STEPS));
    },
    end: onEnd,
  });
  return (
    <section className="panel live-scan" aria-label="Scan in progress">
      <div className="side">
        <span className="spinner" aria-hidden="true" />
        <strong role="status">
          {state === 'queued' ? 'Waiting for its turn' : 'Scanning'}
          {stream === 'broken' && ': the connection broke, it is made again'}
        </strong>
      </div>
      <ol className="stack">
        {steps.map((step, index) => (
          <li key={step.step}>
            <StepLine step={step} current={index === steps.length - 1} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function StepLine({ step, current }: { readonly step: Step; readonly current: boolean }): ReactNode {
  const { step: name, done, total, unit } = step;
  const count = (value: number): string => (unit === 'bytes' ? bytesWords(value) : value.toLocaleString('en'));
  return (
    <div className="stack close">
      <div className="side">
        {current ? <Icon name="right" size={12} /> : <Icon name="check" size={12} />}
        <span className="grow">
          <ImageText text={name} />
        </span>
        {done !== undefined && (
          <span className="soft">
            {count(done)}
            {total !== undefined && ` of ${count(total)}`}
            {unit !== undefined && unit !== 'bytes' && ` ${unit}`}
          </span>
        )}
      </div>
      {current && (
        <progress aria-label={name} {...(total !== undefined && total > 0 && { value: done ?? 0, max: total })} />
      )}
    </div>
  );
}
