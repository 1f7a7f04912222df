import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from './icon.tsx';

interface Look {
  readonly kind?: 'primary' | 'quiet' | 'danger';
  readonly small?: boolean;
  readonly icon?: IconName;
}

const classOf = ({ kind, small = false }: Look, iconOnly = false): string =>
  ['button', kind, small && 'small', iconOnly && 'icon-only'].filter(Boolean).join(' ');

export type ButtonProps = Look &
  Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> & { readonly ref?: Ref<HTMLButtonElement> };

export function Button({ kind, small, icon, children, type = 'button', ...rest }: ButtonProps): ReactNode {
  return (
    <button type={type} className={classOf({ ...(kind && { kind }), ...(small && { small }) })} {...rest}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button of a picture alone; `label` is what it is called. */
export function IconButton({
  label,
  icon,
  kind = 'quiet',
  small,
  type = 'button',
  ...rest
}: Omit<ButtonProps, 'children' | 'icon'> & { readonly label: string; readonly icon: IconName }): ReactNode {
  return (
    <button
      type={type}
      className={classOf({ kind, ...(small && { small }) }, true)}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

/** A way to another page of ours that looks like a button. */
export function LinkButton({
  to,
  kind,
  small,
  icon,
  children,
}: Look & { readonly to: string; readonly children: ReactNode }): ReactNode {
  return (
    <Link href={to} className={classOf({ ...(kind && { kind }), ...(small && { small }) })}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </Link>
  );
}
