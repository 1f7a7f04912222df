import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './button.tsx';

/**
 * What has to be answered before anything else. The browser keeps the focus in it, closes it with Escape and gives the
 * focus back.
 */
export function Dialog({
  title,
  children,
  actions,
  onClose,
}: {
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons, the one that does it last. */
  readonly actions?: ReactNode;
  readonly onClose: () => void;
}): ReactNode {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const own = dialog.current;
    own?.showModal();
    return () => own?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        // Beside it is its backdrop, which belongs to it.
        if (event.target === dialog.current) onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <IconButton label="Close" icon="close" onClick={onClose} />
      </header>
      <div className="body">{children}</div>
      {actions !== undefined && <footer>{actions}</footer>}
    </dialog>
  );
}
