import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { type Command, useCommands } from './commands.ts';

/** Finds a page, an image, a vulnerability or something to do, and goes there. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { commands, searching } = useCommands(text);
  const current = Math.min(at, Math.max(0, commands.length - 1));

  useEffect(() => {
    const own = dialog.current;
    own?.showModal();
    return () => own?.close();
  }, []);
  useEffect(() => {
    dialog.current?.querySelector(`[id="${CSS.escape(`${id}-${current}`)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [id, current]);

  const choose = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const press = (event: KeyboardEvent): void => {
    const to: Readonly<Record<string, number>> = {
      ArrowDown: current + 1 >= commands.length ? 0 : current + 1,
      ArrowUp: current === 0 ? commands.length - 1 : current - 1,
      PageDown: Math.min(current + 8, commands.length - 1),
      PageUp: Math.max(current - 8, 0),
    };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, next));
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(commands[current]);
    }
  };

  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Find or do"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="field-row">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Find a page, an image, a vulnerability, or something to do"
          aria-expanded={commands.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          {...(commands.length > 0 && { 'aria-activedescendant': `${id}-${current}` })}
          placeholder="Page, image, CVE, action …"
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
        <kbd>Esc</kbd>
      </div>
      <div id={`${id}-list`} role="listbox" aria-label="What was found" tabIndex={-1}>
        {commands.map((command, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the option
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field does it
          <div
            key={command.name}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(command)}
          >
            <Icon name={command.icon} />
            <span className="grow cut">
              <ImageText text={command.label} />
            </span>
            {command.hint !== undefined && <span className="faint">{command.hint}</span>}
          </div>
        ))}
      </div>
      {commands.length === 0 && (
        <p className="none" role="status">
          {searching ? 'Searching …' : 'Nothing is called so.'}
        </p>
      )}
    </dialog>
  );
}
