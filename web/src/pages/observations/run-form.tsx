import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { act } from '../../api/answers.ts';
import type { RunSubmission } from '../../api/schema.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';

type Cage = NonNullable<RunSubmission['cage']>;

const cages: readonly { readonly value: Cage; readonly label: string }[] = [
  { value: 'strict', label: 'Strict: nothing but what a program needs' },
  { value: 'default', label: 'Default: as engines do it' },
  { value: 'compatible', label: 'Compatible: for images that need more' },
];

/** Has an image run. */
export function RunForm({ onStarted }: { readonly onStarted: () => void }): ReactNode {
  const [, go] = useLocation();
  const choices = useAnswer('GET /api/observations/choices');
  const [reference, setReference] = useState('');
  const [duration, setDuration] = useState('20');
  const [cage, setCage] = useState<Cage | ''>('');
  const [presets, setPresets] = useState(true);
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const weakest = cages.findIndex(({ value }) => value === (choices.data?.cage ?? 'compatible'));
  const start = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    const seconds = Number(duration);
    act('POST /api/observations', {
      body: {
        ...{ reference: reference.trim(), presets },
        ...(Number.isFinite(seconds) && seconds > 0 && { duration: seconds }),
        ...(cage !== '' && { cage }),
      },
    }).then(
      ({ id }) => {
        onStarted();
        go(`/observations/${encodeURIComponent(id)}`);
      },
      (error: unknown) => {
        setBusy(false);
        setFailure((error as Error).message);
      },
    );
  };
  return (
    <Panel title="Run an image">
      <form className="stack" onSubmit={start} noValidate>
        <TextField
          label="Image"
          placeholder="nginx:1.29"
          hint={`One that ${choices.data?.engine ?? 'the engine'} of the service has; nothing is fetched.`}
          value={reference}
          wrong={failure}
          onChange={(event) => setReference(event.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
        <div className="side">
          <TextField
            label="Seconds to watch it"
            inputMode="numeric"
            value={duration}
            onChange={(event) => setDuration(event.target.value)}
          />
          <SelectField
            label="Cage"
            value={cage}
            choices={[
              { value: '', label: 'That of the service' },
              ...cages.slice(0, weakest < 0 ? undefined : weakest + 1),
            ]}
            onChange={(event) => setCage(event.target.value as Cage | '')}
          />
        </div>
        <CheckField
          label="Give well-known images what they want to have, a password say"
          checked={presets}
          onChange={(event) => setPresets(event.target.checked)}
        />
        <div>
          <Button kind="primary" type="submit" disabled={busy || reference.trim() === ''}>
            {busy ? 'Starting …' : 'Run and watch'}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
