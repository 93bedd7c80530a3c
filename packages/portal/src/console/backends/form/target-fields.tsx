import { ActionIcon, Button, Group, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { textAt, valueAt } from './definition.ts';
import { useDefinition } from './definition-context.ts';
import { TextField } from './fields.tsx';
import classes from './form.module.css';
import { urlProblem } from './url-problem.ts';

interface Target {
  url: string;
  weight?: number;
}

/** Where requests go: one URL, or several targets with weights. */
export function TargetFields() {
  const { definition, set, replace } = useDefinition();
  const targets = valueAt(definition, ['targets']) as Target[] | undefined;
  const toSeveral = () => {
    const { url, ...rest } = definition;
    replace({ targets: [{ url: String(url ?? '') }, { url: '' }], ...rest });
  };
  const toOne = () => {
    const { targets: _, ...rest } = definition;
    replace({ url: targets?.[0]?.url ?? '', ...rest });
  };
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="How many targets"
        className={classes.choice}
        data={[
          { value: 'one', label: 'One URL' },
          { value: 'several', label: 'Several targets' },
        ]}
        value={targets === undefined ? 'one' : 'several'}
        onChange={(value) => (value === 'one' ? toOne() : toSeveral())}
      />
      {targets === undefined ? (
        <TextField
          path={['url']}
          label="URL"
          description="Its path, if it has one, is put before the path of each request"
          placeholder="http://pets.internal:8080/base"
          check={urlProblem}
          required
          kept
        />
      ) : (
        <TargetList targets={targets} onChange={(changed) => set(['targets'], changed)} />
      )}
    </Stack>
  );
}

function TargetList({ targets, onChange }: { targets: Target[]; onChange(targets: Target[]): void }) {
  const { definition, set, problemOf } = useDefinition();
  const sum = targets.reduce((total, { weight = 1 }) => total + weight, 0);
  return (
    <div>
      <Text size="xs" c="dimmed" mb={8}>
        Requests are shared out by weight: a target of weight 3 gets three times as many as one of weight 1.
      </Text>
      <Stack gap={8}>
        {targets.map(({ weight = 1 }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a target is known by where it stands in the list
          <div key={index} className={classes.target}>
            <TextInput
              aria-label={`URL of target ${index + 1}`}
              placeholder="http://10.0.0.1:8080"
              value={textAt(definition, ['targets', index, 'url'])}
              onChange={({ currentTarget }) => set(['targets', index, 'url'], currentTarget.value.trim())}
              error={problemOf(['targets', index, 'url']) ?? urlProblem(textAt(definition, ['targets', index, 'url']))}
              autoComplete="off"
              spellCheck={false}
              required
            />
            <NumberInput
              aria-label={`Weight of target ${index + 1}`}
              value={weight}
              onChange={(typed) => set(['targets', index, 'weight'], typeof typed === 'number' && typed !== 1 ? typed : undefined)}
              error={problemOf(['targets', index, 'weight'])}
              min={1}
              max={1_000}
              allowDecimal={false}
              clampBehavior="blur"
            />
            <Text c="dimmed" className={`${classes.share} tabular`}>
              {Math.round((weight / sum) * 100)} %
            </Text>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={34}
              aria-label={`Remove target ${index + 1}`}
              disabled={targets.length === 1}
              onClick={() => onChange(targets.filter((_, other) => other !== index))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </div>
        ))}
      </Stack>
      <Group mt={8}>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...targets, { url: '' }])}
          disabled={targets.length >= 1_000}
        >
          Add a target
        </Button>
      </Group>
    </div>
  );
}
