import { ActionIcon, type ActionIconProps, Avatar } from '@mantine/core';
import type { ComponentPropsWithRef } from 'react';
import { useMe } from './use-me.ts';

/** Who is signed in, in the header. */
export function AccountButton(props: ActionIconProps & Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps>) {
  const me = useMe();
  const name = me.user?.displayName ?? me.name;
  return (
    <ActionIcon variant="transparent" size={34} radius="xl" aria-haspopup="menu" {...props}>
      <span className="visually-hidden">Account of {name}</span>
      <Avatar aria-hidden size={30} name={name} color="initials" src={me.user?.picture ?? null} alt="" />
    </ActionIcon>
  );
}
