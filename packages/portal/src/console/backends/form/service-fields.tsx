import { NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { durationProblem, fromDuration, textAt, valueAt } from './definition.ts';
import { useDefinition } from './definition-context.ts';
import { SwitchField, TextField } from './fields.tsx';
import classes from './form.module.css';

const RECORDS = [
  { value: 'srv', label: 'SRV: hosts, ports and weights' },
  { value: 'a', label: 'A and AAAA: every address' },
];

/** Targets that DNS names. */
export function ServiceFields() {
  const { definition, set, replace, problemOf } = useDefinition();
  const record = textAt(definition, ['service', 'record']) || 'srv';
  const choose = (chosen: string | null) => {
    const service = valueAt(definition, ['service']) as Record<string, unknown>;
    const { record: _, port: __, ...rest } = service;
    replace({ ...definition, service: chosen === 'a' ? { ...rest, record: 'a', port: 80 } : rest });
  };
  const refresh = valueAt(definition, ['service', 'refresh']);
  return (
    <Stack gap="md">
      <TextField
        path={['service', 'name']}
        label="DNS name"
        description="In full: search domains are not tried"
        placeholder={record === 'a' ? 'pets.service.consul' : '_http._tcp.pets.service.consul'}
        required
        kept
      />
      <div className={classes.settings}>
        <Select
          label="Records"
          data={RECORDS}
          value={record}
          onChange={choose}
          allowDeselect={false}
          error={problemOf(['service', 'record'])}
        />
        {record === 'a' && (
          <NumberInput
            label="Port"
            value={(valueAt(definition, ['service', 'port']) as number | undefined) ?? ''}
            onChange={(typed) => set(['service', 'port'], typed === '' ? undefined : typed)}
            error={problemOf(['service', 'port'])}
            min={1}
            max={65_535}
            allowDecimal={false}
            hideControls
            required
          />
        )}
        <TextInput
          label="Asked for again"
          description="From 1s to 1h, at the latest"
          placeholder="10s"
          value={refresh === undefined ? '' : String(refresh)}
          onChange={({ currentTarget }) => set(['service', 'refresh'], fromDuration(currentTarget.value))}
          error={problemOf(['service', 'refresh']) ?? durationProblem(refresh)}
          autoComplete="off"
        />
      </div>
      <SwitchField path={['https']} label="Use HTTPS" description="The targets are called with HTTPS" />
    </Stack>
  );
}
