import { Modal, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './policies.module.css';
import type { PolicyKind } from './server/policies.ts';

interface AddPolicyProps {
  opened: boolean;
  kinds: readonly PolicyKind[];
  onAdd(kind: PolicyKind): void;
  onClose(): void;
}

/** The policies that there are, to choose one from. */
export function AddPolicy({ opened, kinds, onAdd, onClose }: AddPolicyProps) {
  const [search, setSearch] = useState('');
  const words = search.trim().toLowerCase();
  const found = kinds.filter(({ name, title, description }) => `${name} ${title} ${description}`.toLowerCase().includes(words));
  return (
    <Modal opened={opened} onClose={onClose} title="Add a policy">
      <TextInput
        aria-label="What it is to do"
        placeholder="What it is to do"
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        data-autofocus
        mb="sm"
      />
      <ul className={classes.kinds}>
        {found.map((kind) => (
          <li key={kind.name}>
            <button type="button" className={classes.kind} onClick={() => onAdd(kind)}>
              <span className={classes.title}>{kind.title}</span>
              <span className={classes.summary}>{kind.description}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <Text c="dimmed">No policy does that. A backend service behind the gateway may.</Text>}
    </Modal>
  );
}
