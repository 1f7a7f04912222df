import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import type { MapFilters } from './address-state.ts';
import type { HeldMap } from './held-map.ts';

const STATES = ['running', 'paused', 'restarting', 'exited', 'created', 'dead'];

/** Leaves things out, where looking for them (which leaves all in place) is not enough. */
export function Filters({
  filters,
  held,
  onChange,
}: {
  readonly filters: MapFilters;
  readonly held: HeldMap | undefined;
  readonly onChange: (filters: MapFilters) => void;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && whole.current?.contains(event.target) !== true) setOpen(false);
    };
    const closeByKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      setOpen(false);
      whole.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', outside);
    // Before the page, which closes what is selected with the same key.
    document.addEventListener('keydown', closeByKey, true);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', closeByKey, true);
    };
  }, [open]);
  const count = Object.values(filters).filter((value) => value !== undefined).length;
  const set = (name: keyof MapFilters, value: string): void => {
    const { [name]: _, ...rest } = filters;
    onChange(value === '' ? rest : { ...rest, [name]: value });
  };
  const hosts = [
    ...new Set([
      ...(held?.reporters ?? []).map(({ name }) => name),
      ...(filters.host === undefined ? [] : [filters.host]),
    ]),
  ];
  return (
    <div className="menu" ref={whole}>
      <Button kind="quiet" icon="filter" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="map-word">Filter</span>
        {count > 0 && <span className="count">{count}</span>}
      </Button>
      {open && (
        <fieldset className="menu-list map-filters" aria-label="Filters">
          <SelectField
            label="State of containers"
            value={filters.state ?? ''}
            choices={[{ value: '', label: 'Any' }, ...STATES.map((value) => ({ value, label: value }))]}
            onChange={(event) => set('state', event.currentTarget.value)}
          />
          <SelectField
            label="Host"
            value={filters.host ?? ''}
            choices={[{ value: '', label: 'All' }, ...hosts.map((value) => ({ value, label: value.slice(0, 80) }))]}
            onChange={(event) => set('host', event.currentTarget.value)}
          />
          <SelectField
            label="Containers of the system"
            value={filters.system ?? ''}
            choices={[
              { value: '', label: 'Shown' },
              { value: 'hide', label: 'Left out' },
              { value: 'only', label: 'Alone' },
            ]}
            onChange={(event) => set('system', event.currentTarget.value)}
          />
          <SelectField
            label="What talks to nobody"
            value={filters.unconnected ?? ''}
            choices={[
              { value: '', label: 'Shown' },
              { value: 'hide', label: 'Left out' },
            ]}
            onChange={(event) => set('unconnected', event.currentTarget.value)}
          />
          <Lasting
            key={`n ${filters.network ?? ''}`}
            label="Network"
            hint="Its name"
            value={filters.network ?? ''}
            onSet={(value) => set('network', value)}
          />
          <Lasting
            key={`l ${filters.label ?? ''}`}
            label="Label"
            hint="name or name=value"
            value={filters.label ?? ''}
            onSet={(value) => set('label', value)}
          />
        </fieldset>
      )}
    </div>
  );
}

/** A field that counts when it is left, or with Enter. */
function Lasting({
  label,
  hint,
  value,
  onSet,
}: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onSet: (value: string) => void;
}): ReactNode {
  const [typed, setTyped] = useState(value);
  const done = (): void => {
    if (typed.trim() !== value) onSet(typed.trim());
  };
  return (
    <TextField
      label={label}
      placeholder={hint}
      value={typed}
      maxLength={300}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => {
        if (event.key === 'Enter') done();
      }}
    />
  );
}
