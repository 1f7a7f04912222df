import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly onSelect: () => void;
  /** It is one of several of which one holds; absent: it is an action. */
  readonly checked?: boolean;
}

/** A button that opens a list of actions. Arrows walk it, Escape closes it and goes back to the button. */
export function Menu({
  label,
  icon,
  children,
  items,
}: {
  readonly label: string;
  readonly icon?: IconName;
  /** What the button shows; absent: its picture alone. */
  readonly children?: ReactNode;
  readonly items: readonly MenuItem[];
}): ReactNode {
  const id = useId();
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    list.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus();
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && whole.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  const walk = (event: KeyboardEvent): void => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      all[next]?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') setOpen(false);
  };

  return (
    <div className="menu" ref={whole}>
      <button
        ref={button}
        type="button"
        className={children === undefined ? 'button quiet icon-only' : 'button quiet'}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        {...(children === undefined && { 'aria-label': label, title: label })}
        onClick={() => setOpen(!open)}
      >
        {icon !== undefined && <Icon name={icon} />}
        {children}
      </button>
      {open && (
        <div id={id} ref={list} role="menu" aria-label={label} className="menu-list" onKeyDown={walk}>
          {items.map(({ label: text, icon: picture, onSelect, checked }) => (
            <button
              key={text}
              type="button"
              tabIndex={-1}
              {...(checked === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': checked })}
              onClick={() => {
                close();
                onSelect();
              }}
            >
              {picture !== undefined && <Icon name={picture} />}
              <span className="grow">{text}</span>
              {checked === true && <Icon name="check" />}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
