import { Anchor, Kbd, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMe } from '../account/use-me.ts';
import { openSearch } from '../search/open-search.ts';
import { TextLink } from '../ui/links.tsx';
import classes from './first-steps.module.css';

/** For who is here for the first time: the way from nothing to a call that works, or to an API that others call. */
export function FirstSteps() {
  const me = useMe();
  return (
    <section className={classes.card} aria-label="First steps">
      <Title order={2} size="h3" mb="sm">
        First steps
      </Title>
      <ol className={classes.steps}>
        <Step title="Find an API">
          <Anchor component="button" type="button" onClick={openSearch}>
            Search
          </Anchor>{' '}
          with <Kbd size="xs">/</Kbd> for what it does, such as “cancel an order”, or look through the{' '}
          <TextLink to="/catalog">catalog</TextLink>.
        </Step>
        <Step title="Read it and try it">
          Its definition has a form for each operation: fill it in and execute it. The call goes through the gateway, as any other.
        </Step>
        {me.can('developer') && (
          <Step title="Call it from your program">
            <TextLink to="/apps" search={{ new: 'yes' }}>
              Create an app
            </TextLink>{' '}
            to get a key, request access where an API wants it, and copy the call as curl.
          </Step>
        )}
        {me.can('publisher') && (
          <Step title="Publish an API of yours">
            <TextLink to="/console/backends" search={{ new: 'yes' }}>
              Say where your service is
            </TextLink>
            , then <TextLink to="/console/apis/new">make an API of its OpenAPI document</TextLink>.
          </Step>
        )}
      </ol>
    </section>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li>
      <Text fw={600}>{title}</Text>
      <Text c="dimmed">{children}</Text>
    </li>
  );
}
