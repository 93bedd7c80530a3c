import { Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { TextLink } from '../../ui/links.tsx';
import { readRemembered, remember } from './remembered.ts';
import { RequestAccess } from './request-access.tsx';
import classes from './try-it.module.css';
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
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 250);
  const { apps, pending, more } = useUsableApps(api, environment, search);
  const remembered = readRemembered(api).apps?.[environment];
  const first = needed ? (apps.find(({ authorized }) => authorized)?.name ?? null) : null;
  const decided = useRef('');
  useEffect(() => {
    // Once for each environment, when it is known what there is.
    if (pending || decided.current === environment) return;
    decided.current = environment;
    const usable = remembered === null || apps.some(({ name }) => name === remembered);
    onChange(remembered !== undefined && usable ? remembered : first);
  }, [environment, pending, remembered, apps, first, onChange]);
  const choose = (value: string | null) => {
    const chosen = value === null || value === NO_APP ? null : value;
    remember(api, { apps: { [environment]: chosen } });
    onChange(chosen);
  };
  const chosen = apps.find(({ name }) => name === app);
  const none = needed ? 'No app' : 'No app needed';
  const authorized = apps.filter((each) => each.authorized === true);
  const others = apps.filter((each) => each.authorized !== true);
  const groups = [
    { group: `Authorized in ${environment}`, items: authorized.map(({ name }) => name) },
    { group: authorized.length > 0 ? 'Not authorized' : 'Your apps', items: others.map(({ name }) => name) },
  ].filter(({ items }) => items.length > 0);
  return (
    <>
      <Select
        size="xs"
        label="App"
        data={[{ value: NO_APP, label: none }, ...groups]}
        value={app ?? NO_APP}
        onChange={choose}
        allowDeselect={false}
        searchable={more || apps.length > 6}
        // The text is also set to the name of what is chosen, which is no search.
        onSearchChange={(text) => setTyped(more && text !== chosen?.name && text !== none ? text : '')}
        nothingFoundMessage="No app of yours is called so"
      />
      {needed && !pending && app === null && authorized.length === 0 && (
        <Text size="xs" c="dimmed" className={classes.whole}>
          {apps.length === 0 ? (
            <>
              The API wants an app, and you have none. <TextLink to="/apps">Create an app</TextLink>
            </>
          ) : (
            <>
              None of your apps is authorized in {environment}. <RequestAccess api={api} app={undefined} />
            </>
          )}
        </Text>
      )}
      {needed && chosen?.authorized === false && (
        <Text size="xs" c="dimmed" className={classes.whole}>
          {chosen.name} is not authorized in {environment}: the call will be refused. <RequestAccess api={api} app={chosen.name} />
        </Text>
      )}
    </>
  );
}
