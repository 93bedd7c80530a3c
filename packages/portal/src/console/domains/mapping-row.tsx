import { ActionIcon, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentsQuery } from '../../catalog/server/environments.ts';
import classes from './domains-page.module.css';
import { type Mapping, type RowProblems, toPath } from './mappings.ts';
import { apiNamesQuery } from './server/api-names.ts';

interface MappingRowProps {
  number: number;
  mapping: Mapping;
  problems: RowProblems;
  onChange(mapping: Mapping): void;
  onRemove: (() => void) | undefined;
}

/** One path of a host and what it leads to. */
export function MappingRow({ number, mapping: { path, api, environment }, problems, onChange, onRemove }: MappingRowProps) {
  const [words, setWords] = useState('');
  const [searched] = useDebouncedValue(words, 150);
  const apis = useQuery(apiNamesQuery(searched === api ? '' : searched));
  const environments = useQuery(environmentsQuery);
  const names = [...new Set([...(api === '' ? [] : [api]), ...(apis.data ?? []).map(({ name }) => name)])];
  const known = environments.data?.items.map(({ name }) => name) ?? [];
  const published = apis.data?.find(({ name }) => name === api)?.published.map((live) => live.environment);
  const isNotLive = published !== undefined && environment !== '' && !published.includes(environment);
  return (
    <div className={classes.row}>
      <TextInput
        aria-label={`Path ${number}`}
        placeholder="v1/pets"
        leftSection="/"
        data-autofocus={number === 1 || undefined}
        value={path}
        onChange={({ currentTarget }) => onChange({ path: toPath(currentTarget.value), api, environment })}
        error={problems.path}
        autoComplete="off"
        spellCheck={false}
      />
      <Select
        aria-label={`API of path ${number}`}
        placeholder="API"
        data={names}
        value={api === '' ? null : api}
        onChange={(chosen) => onChange({ path, api: chosen ?? '', environment })}
        searchable
        onSearchChange={setWords}
        nothingFoundMessage={apis.isError ? 'The APIs could not be read' : 'No API has such a name'}
        allowDeselect={false}
        error={problems.api}
      />
      <Select
        aria-label={`Environment of path ${number}`}
        placeholder="Environment"
        data={environment === '' || known.includes(environment) ? known : [...known, environment]}
        value={environment === '' ? null : environment}
        onChange={(chosen) => onChange({ path, api, environment: chosen ?? '' })}
        allowDeselect={false}
        error={problems.environment}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        description={isNotLive ? 'Not published there yet: 404 until it is' : undefined}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={`Remove path ${number}`}
        disabled={onRemove === undefined}
        onClick={onRemove}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </div>
  );
}
