import { Autocomplete, CloseButton, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useMe } from '../../account/use-me.ts';
import { useUrlState } from '../../ui/use-url-state.ts';
import { backendsQuery } from '../backends/server/backends.ts';
import classes from './apis-page.module.css';
import type { ApiSummary } from './server/apis.ts';

interface ApiFiltersProps {
  /** The environments in their order. */
  order: readonly string[];
  /** APIs that are listed already: their owners and groups are offered. */
  seen: readonly ApiSummary[];
}

/** What of the list is shown; kept in the URL. */
export function ApiFilters({ order, seen }: ApiFiltersProps) {
  const me = useMe();
  const [{ q, owner, group, environment, backend }, setUrl] = useUrlState();
  const search = useTyped(q, (text) => setUrl({ q: text }));
  const ownerText = useTyped(owner, (text) => setUrl({ owner: text }));
  const groupText = useTyped(group, (text) => setUrl({ group: text }));
  const owners = [...new Set([...me.teams, ...seen.flatMap((api) => api.owner ?? [])])].sort();
  const groups = [...new Set(seen.flatMap((api) => api.group ?? []))].sort();
  return (
    <search className={classes.filters} aria-label="Which APIs are shown">
      <TextInput
        aria-label="Name or title"
        placeholder="Name or title"
        leftSection={<IconSearch size={16} />}
        value={search.text}
        onChange={({ currentTarget }) => search.type(currentTarget.value)}
        spellCheck={false}
      />
      <Autocomplete
        aria-label="Owner"
        placeholder="Any owner"
        data={owners}
        value={ownerText.text}
        onChange={ownerText.type}
        rightSection={ownerText.text !== '' && <CloseButton size="sm" aria-label="Any owner" onClick={() => ownerText.type('')} />}
        spellCheck={false}
      />
      <Autocomplete
        aria-label="Group"
        placeholder="Any group"
        data={groups}
        value={groupText.text}
        onChange={groupText.type}
        rightSection={groupText.text !== '' && <CloseButton size="sm" aria-label="Any group" onClick={() => groupText.type('')} />}
        spellCheck={false}
      />
      <Select
        aria-label="Published in"
        placeholder="Published or not"
        data={order.map((name) => ({ value: name, label: `Published in ${name}` }))}
        value={environment ?? null}
        onChange={(chosen) => setUrl({ environment: chosen ?? undefined })}
        clearable
      />
      <BackendFilter value={backend ?? null} onChange={(chosen) => setUrl({ backend: chosen ?? undefined })} />
    </search>
  );
}

function BackendFilter({ value, onChange }: { value: string | null; onChange(value: string | null): void }) {
  const [typed, setTyped] = useState('');
  const [words] = useDebouncedValue(typed === value ? '' : typed.trim(), 200);
  const [opened, setOpened] = useState(false);
  const backends = useInfiniteQuery({ ...backendsQuery(words), enabled: opened });
  const names = (backends.data ?? []).map(({ name }) => name);
  return (
    <Select
      aria-label="Backend service"
      placeholder="Any backend service"
      data={value === null || names.includes(value) ? names : [value, ...names]}
      value={value}
      onChange={onChange}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      onDropdownOpen={() => setOpened(true)}
      nothingFoundMessage={backends.isFetching ? 'Looking…' : 'No backend service is called so'}
      clearable
    />
  );
}

/** A text that goes into the URL when typing pauses, and follows the URL when somebody else changes that. */
function useTyped(inUrl: string | undefined, put: (text: string | undefined) => void) {
  const [text, setText] = useState(inUrl ?? '');
  const [settled] = useDebouncedValue(text.trim(), 250);
  const own = useRef(inUrl ?? '');
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed is put there
  useEffect(() => {
    if (settled === own.current) return;
    own.current = settled;
    put(settled === '' ? undefined : settled);
  }, [settled]);
  useEffect(() => {
    if ((inUrl ?? '') === own.current) return;
    own.current = inUrl ?? '';
    setText(own.current);
  }, [inUrl]);
  return { text, type: setText };
}
