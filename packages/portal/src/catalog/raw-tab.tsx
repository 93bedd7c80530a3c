import { SegmentedControl, Text } from '@mantine/core';
import { useMemo } from 'react';
import { stringify } from 'yaml';
import { CodeBlock } from '../ui/code-block.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import type { Entity } from './entity.ts';

/** The entity as Backstage's clients get it. */
export function RawTab({ entity }: { entity: Entity }) {
  const [{ as }, setUrl] = useUrlState();
  const json = as === 'json';
  const text = useMemo(() => (json ? JSON.stringify(entity, null, 2) : stringify(entity)), [json, entity]);
  return (
    <>
      <SegmentedControl
        mb="sm"
        aria-label="Format"
        value={json ? 'json' : 'yaml'}
        onChange={(value) => setUrl({ as: value === 'json' ? 'json' : undefined })}
        data={[
          { value: 'yaml', label: 'YAML' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      <CodeBlock text={text} what="the descriptor" maxHeight={900} />
      {entity.kind.toLowerCase() === 'api' && (
        <Text c="dimmed" mt="sm">
          Its definition is left out here: it is under Definition, and whole at /api/catalog/entities/by-name.
        </Text>
      )}
    </>
  );
}
