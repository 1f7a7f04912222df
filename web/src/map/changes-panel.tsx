import { type ReactNode, useMemo } from 'react';
import type { MapTopologyChange } from '../api/schema.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { SeverityBadge } from '../ui/severity.tsx';
import { Empty, Failed, Skeleton } from '../ui/states.tsx';
import { Moment } from '../ui/time.tsx';
import type { Ago } from './address-state.ts';
import { NodeButton } from './node-link.tsx';

const HOUR = 3_600_000;
const AGES = [
  { value: 'hour', label: 'An hour ago', hours: 1 },
  { value: 'hours6', label: 'Six hours ago', hours: 6 },
  { value: 'day', label: 'Yesterday', hours: 24 },
  { value: 'week', label: 'A week ago', hours: 7 * 24 },
] as const;
const CHOICES = [...AGES.map(({ value, label }) => ({ value, label })), { value: 'other', label: 'Another moment …' }];

const KINDS: Readonly<Record<MapTopologyChange['kind'], { readonly word: string; readonly tone: Tone }>> = {
  'new-container': { word: 'new', tone: 'accent' },
  'gone-container': { word: 'gone', tone: 'neutral' },
  'new-image': { word: 'new image', tone: 'accent' },
  'new-edge': { word: 'new connection', tone: 'accent' },
  'gone-edge': { word: 'connection gone', tone: 'neutral' },
  'new-exposure': { word: 'newly exposed', tone: 'warn' },
  'new-drift': { word: 'drift', tone: 'bad' },
  'new-power': { word: 'new powers', tone: 'warn' },
  worse: { word: 'worse', tone: 'bad' },
  better: { word: 'better', tone: 'good' },
};

/** What differs between then and the moment that is looked at. */
export function ChangesPanel({
  at,
  since,
  ago,
  onSince,
  onSelect,
}: {
  readonly at: string | undefined;
  readonly since: string | undefined;
  readonly ago: Ago | undefined;
  readonly onSince: (since: string | undefined, ago: Ago | undefined) => void;
  readonly onSelect: (id: string) => void;
}): ReactNode {
  const age = since === undefined ? (ago ?? 'day') : 'other';
  const until = at === undefined ? Date.now() : Date.parse(at);
  // One moment for each choice: asked again at each look it would be another question each time.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `until` moves while it is live
  const from = useMemo(() => (age === 'other' ? since : momentBefore(until, age)), [age, since, at]);
  const asked = useAnswer(
    'GET /api/map/changes',
    { query: { since: from ?? '', ...(at !== undefined && { until: at }) } },
    { off: from === undefined, ...(at === undefined && { every: 15_000 }) },
  );
  const data = asked.stale ? undefined : asked.data;
  return (
    <div className="stack">
      <div className="side">
        <SelectField
          label="Compared with"
          value={age}
          choices={CHOICES}
          onChange={(event) => {
            const { value } = event.currentTarget;
            const chosen = AGES.find((one) => one.value === value)?.value;
            if (chosen === undefined) onSince(since ?? momentBefore(until, 'day'), undefined);
            else onSince(undefined, chosen === 'day' ? undefined : chosen);
          }}
        />
        {age === 'other' && (
          <TextField
            label="Since"
            type="datetime-local"
            value={localOf(since)}
            onChange={(event) => {
              const moment = new Date(event.currentTarget.value);
              if (!Number.isNaN(moment.getTime())) onSince(moment.toISOString(), undefined);
            }}
          />
        )}
      </div>
      {data === undefined ? (
        asked.error === undefined ? (
          <Skeleton lines={8} />
        ) : (
          <Failed what="What changed" error={asked.error} onRetry={asked.again} />
        )
      ) : (
        <>
          <p className="soft">
            Since <Moment at={data.since} />
            {from !== undefined && Date.parse(data.since) - Date.parse(from) > 60_000 && ': nothing older is kept'}
          </p>
          {data.changes.length === 0 ? (
            <Empty title="Nothing changed" level={3} />
          ) : (
            <ul className="map-list">
              {data.changes.map((change, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: changes have no name of their own
                <li key={i} className="map-change">
                  <Badge tone={KINDS[change.kind].tone}>{KINDS[change.kind].word}</Badge>
                  {change.severity !== undefined && <SeverityBadge severity={change.severity} />}
                  <div className="stack close grow">
                    <ImageText text={change.title} />
                    {(change.before !== undefined || change.after !== undefined) && (
                      <span className="faint">
                        <ImageText text={change.before ?? 'nothing'} /> → <ImageText text={change.after ?? 'nothing'} />
                      </span>
                    )}
                    {change.node !== undefined && <NodeButton node={change.node} onSelect={onSelect} />}
                  </div>
                </li>
              ))}
            </ul>
          )}
          {data.leftOut > 0 && <p className="faint">{data.leftOut} further changes are not listed.</p>}
        </>
      )}
    </div>
  );
}

function momentBefore(until: number, age: (typeof AGES)[number]['value']): string {
  return new Date(until - AGES.find(({ value }) => value === age)!.hours * HOUR).toISOString();
}

/** A moment as a field of the browser takes it: in its own zone, without one. */
function localOf(since: string | undefined): string {
  if (since === undefined) return '';
  const moment = new Date(since);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
