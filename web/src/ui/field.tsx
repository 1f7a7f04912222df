import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, useId } from 'react';
import { Icon } from './icon.tsx';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with what was entered. */
  readonly wrong?: string | undefined;
}

/** A field of text with its name, what helps, and what is wrong. */
export function TextField({
  label,
  hint,
  wrong,
  ...rest
}: FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, 'className'>): ReactNode {
  const id = useId();
  const said = [hint !== undefined && `${id}-hint`, wrong !== undefined && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        aria-invalid={wrong !== undefined}
        {...(said !== '' && { 'aria-describedby': said })}
        {...rest}
      />
      {hint !== undefined && (
        <div id={`${id}-hint`} className="hint">
          {hint}
        </div>
      )}
      {wrong !== undefined && (
        <div id={`${id}-wrong`} className="wrong" role="alert">
          {wrong}
        </div>
      )}
    </div>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One of several. The name may be seen by readers of screens alone, where the first choice tells it. */
export function SelectField({
  label,
  choices,
  labelUnseen = false,
  ...rest
}: { readonly label: string; readonly choices: readonly Choice[]; readonly labelUnseen?: boolean } & Omit<
  SelectHTMLAttributes<HTMLSelectElement>,
  'className'
>): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} {...(labelUnseen && { className: 'unseen' })}>
        {label}
      </label>
      <select id={id} className="input" {...rest}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

export function CheckField({
  label,
  ...rest
}: { readonly label: ReactNode } & Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'type'>): ReactNode {
  return (
    <label className="check">
      <input type="checkbox" {...rest} />
      <span>{label}</span>
    </label>
  );
}

/** A field that lists are narrowed by. `/` goes to the first of a page (`data-search`). */
export function SearchField({
  label,
  ref,
  ...rest
}: { readonly label: string; readonly ref?: Ref<HTMLInputElement> } & Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'className' | 'type'
>): ReactNode {
  return (
    <span className="search-field">
      <Icon name="search" size={14} />
      <input
        type="search"
        className="input"
        aria-label={label}
        placeholder={label}
        data-search=""
        spellCheck={false}
        autoComplete="off"
        {...(ref !== undefined && { ref })}
        {...rest}
      />
    </span>
  );
}
