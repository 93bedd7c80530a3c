import { SegmentedControl, Text } from '@mantine/core';
import { useMe } from '../../account/use-me.ts';
import { TextLink } from '../../ui/links.tsx';
import { Page } from '../../ui/page.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { FromDocument } from './new/from-document.tsx';
import { Wizard } from './new/wizard.tsx';

const CRUMBS = [
  <TextLink key="apis" to="/console/apis">
    APIs
  </TextLink>,
];

/** A new API: described in four steps, or by its OpenAPI document. */
export function NewApiPage() {
  const me = useMe();
  const [{ from }, setUrl] = useUrlState();
  const document = from === 'document';
  const mayMake = me.can('developer') && (me.role === 'admin' || me.teams.length > 0);
  return (
    <Page
      title="New API"
      crumbs={CRUMBS}
      description="It is saved as a draft, which nobody can call until you publish it."
      actions={
        mayMake && (
          <SegmentedControl
            aria-label="How it is described"
            data={[
              { value: 'steps', label: 'In four steps' },
              { value: 'document', label: 'From an OpenAPI document' },
            ]}
            value={document ? 'document' : 'steps'}
            onChange={(value) => setUrl({ from: value === 'document' ? 'document' : undefined, step: undefined }, { push: true })}
          />
        )
      }
    >
      {!mayMake ? (
        <Text>
          {me.can('developer')
            ? 'APIs belong to teams, and you are in none: ask your administrator to put you into one.'
            : 'Creating APIs takes the role developer: ask your administrator for it.'}
        </Text>
      ) : document ? (
        <FromDocument />
      ) : (
        <Wizard />
      )}
    </Page>
  );
}
