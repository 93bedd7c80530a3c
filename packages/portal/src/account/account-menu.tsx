import { Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSettings, IconSun } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { forgetViewed } from '../search/recently-viewed.ts';
import { AccountButton } from './account-button.tsx';
import classes from './account-menu.module.css';
import { signOut } from './server/sign-out.ts';
import { useMe } from './use-me.ts';

const SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

export function AccountMenu({ defaultOpened }: { defaultOpened: boolean }) {
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const name = me.user?.displayName ?? me.name;
  const leave = async () => {
    await signOut().catch(() => undefined);
    queryClient.clear();
    forgetViewed();
    await navigate({ to: '/sign-in' });
  };
  return (
    <Menu position="bottom-end" width={230} defaultOpened={defaultOpened}>
      <Menu.Target>
        <AccountButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={600} size="sm" c="var(--mantine-color-text)" truncate>
            {name}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {[me.role, ...me.teams.slice(0, 3)].join(' · ')}
          </Text>
        </Menu.Label>
        <Menu.Item leftSection={<IconSettings size={16} />} component={Link} to="/account">
          Account and sessions
        </Menu.Item>
        <Menu.Divider />
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as typeof colorScheme)}>
          {SCHEMES.map(({ value, label, icon: Icon }) => (
            <Menu.RadioItem
              key={value}
              value={value}
              checkIcon={null}
              rightSection={colorScheme === value ? <IconCheck size={16} /> : undefined}
              styles={{ itemIndicator: { display: 'none' } }}
            >
              <span className={classes.scheme}>
                <Icon size={16} />
                {label}
              </span>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
