import { Select, Textarea, TextInput } from '@mantine/core';
import { TextLink } from '../../../ui/links.tsx';
import { NAME_RULE } from '../../../ui/name-rule.ts';
import { OwnerField } from '../../backends/owner-field.tsx';
import { AuthFields } from '../settings/auth-fields.tsx';
import { Section } from '../settings/section.tsx';
import type { StepProps } from './step-props.ts';

/** What it is called, whose it is, and who may call it. */
export function BasicStep({ form, put, problemAt }: StepProps) {
  const taken = problemAt('name')?.includes('already') ?? false;
  return (
    <div>
      <Section
        title="What it is"
        about="The name is in addresses and in the catalog, and never changes. Everything else can be changed later."
      >
        <TextInput
          label="Name"
          description={NAME_RULE}
          value={form.name}
          onChange={({ currentTarget }) => put({ name: currentTarget.value.trim() })}
          error={problemAt('name')}
          required
          autoComplete="off"
          spellCheck={false}
        />
        {taken && (
          <TextLink to="/console/apis/$api/{-$tab}" params={{ api: form.name }}>
            Open {form.name}
          </TextLink>
        )}
        <TextInput
          label="Title"
          description="What people read; empty: the name"
          value={form.title}
          onChange={({ currentTarget }) => put({ title: currentTarget.value })}
          error={problemAt('title')}
          maxLength={200}
        />
        <Textarea
          label="Description"
          description="What it is for, so that others find it"
          value={form.description}
          onChange={({ currentTarget }) => put({ description: currentTarget.value })}
          error={problemAt('description')}
          autosize
          minRows={2}
          maxRows={8}
        />
      </Section>
      <Section title="Whose it is" about="The team that owns it drafts and publishes it, and decides who may call it.">
        <OwnerField value={form.owner} onChange={(owner) => put({ owner })} />
        <TextInput
          label="Group"
          description="APIs that belong together, such as those of one product"
          value={form.group}
          onChange={({ currentTarget }) => put({ group: currentTarget.value })}
          error={problemAt('group')}
          maxLength={128}
        />
      </Section>
      <Section title="Who may call it">
        <AuthFields value={form.auth} onChange={(auth) => put({ auth })} fromDefinition={false} error={problemAt('auth')} />
        {form.auth.kind === 'app' && (
          <Select
            label="Requests for access"
            description="A team that asks to call it"
            data={[
              { value: 'owner', label: 'The owner decides' },
              { value: 'automatic', label: 'Approved at once' },
            ]}
            value={form.approval}
            onChange={(approval) => put({ approval: approval === 'automatic' ? 'automatic' : 'owner' })}
            allowDeselect={false}
            maw={420}
          />
        )}
      </Section>
    </div>
  );
}
