import { Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { TextLink } from '../../ui/links.tsx';
import { readRemembered, remember } from './remembered.ts';
import { useUsableApps } from './use-usable-apps.ts';

interface AppSelectProps {
  api: string;
  environment: string;
  /** Some operations of the API want an app. */
  needed: boolean;
  app: string | null;
  onChange(app: string | null): void;
}

/** No app can be called so. */
const NO_APP = ':none';

/** As which of one's apps the API is called; the gateway adds what identifies it, so no secret is needed here. */
export function AppSelect({ api, environment, needed, app, onChange }: AppSelectProps) {
  const [search, setSearch] = useState('');
  const [searched] = useDebouncedValue(search === app ? '' : search, 250);
  const { apps, pending } = useUsableApps(api, environment, searched);
  const remembered = readRemembered(api).apps?.[environment];
  const first = needed ? (apps.find(({ authorized }) => authorized)?.name ?? null) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen once for each environment, when it is known what there is
  useEffect(() => {
    if (!pending)
      onChange(remembered !== undefined && (remembered === null || apps.some(({ name }) => name === remembered)) ? remembered : first);
  }, [environment, pending]);
  const choose = (value: string | null) => {
    const chosen = value === null || value === NO_APP ? null : value;
    remember(api, { apps: { [environment]: chosen } });
    onChange(chosen);
  };
  const authorized = apps.filter((each) => each.authorized === true);
  const others = apps.filter((each) => each.authorized !== true);
  const groups = [
    { group: `Authorized in ${environment}`, items: authorized.map(({ name }) => name) },
    { group: authorized.length > 0 ? 'Not authorized' : 'Your apps', items: others.map(({ name }) => name) },
  ].filter(({ items }) => items.length > 0);
  const chosen = apps.find(({ name }) => name === app);
  return (
    <div>
      <Select
        size="xs"
        label="App"
        data={[{ value: NO_APP, label: needed ? 'No app' : 'No app needed' }, ...groups]}
        value={app ?? NO_APP}
        onChange={choose}
        allowDeselect={false}
        searchable={apps.length > 6}
        searchValue={apps.length > 6 ? search : undefined}
        onSearchChange={setSearch}
        nothingFoundMessage="No app of yours is called so"
      />
      {needed && !pending && app === null && authorized.length === 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {apps.length === 0 ? 'The API wants an app, and you have none. ' : `None of your apps is authorized in ${environment}. `}
          <TextLink to="/apps">{apps.length === 0 ? 'Create an app' : 'Request access'}</TextLink>
        </Text>
      )}
      {needed && chosen?.authorized === false && (
        <Text size="xs" c="dimmed" mt={4}>
          {chosen.name} is not authorized in {environment}: the call will be refused.{' '}
          <TextLink to="/apps/$app/{-$tab}" params={{ app: chosen.name }}>
            Request access
          </TextLink>
        </Text>
      )}
    </div>
  );
}
