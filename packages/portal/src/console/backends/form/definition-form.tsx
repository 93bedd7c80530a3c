import { Accordion, Group, Radio, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { type Definition, type Path, valueAt } from './definition.ts';
import { useDefinition } from './definition-context.ts';
import { SettingField } from './fields.tsx';
import classes from './form.module.css';
import { KINDS, type Kind, kindOf, toKind } from './kind.ts';
import { MockFields } from './mock-fields.tsx';
import { NetworkFields } from './network-fields.tsx';
import { ServiceFields } from './service-fields.tsx';
import { HEALTH, SETTINGS, type SettingsGroup } from './settings.ts';
import { TargetFields } from './target-fields.tsx';
import { TlsFields } from './tls-fields.tsx';

const TLS = 'TLS';

/** The fields of a definition, for a backend service of this type; `mixed` is of another kind in each environment. */
export function DefinitionForm({ type }: { type: string }) {
  const { definition, replace } = useDefinition();
  const kind = type === 'mixed' ? kindOf(definition) : (type as Kind);
  return (
    <Stack gap="lg">
      {type === 'mixed' && (
        <Radio.Group
          label="Kind"
          description="A mixed backend service may lead elsewhere in each environment"
          value={kind}
          onChange={(chosen) => replace(toKind(definition, chosen as Kind))}
        >
          <div className={classes.kinds} style={{ marginTop: 8 }}>
            {KINDS.map(({ value, label, description }) => (
              <Radio.Card key={value} value={value} className={classes.kind}>
                <Group gap={8} wrap="nowrap" align="flex-start">
                  <Radio.Indicator mt={1} />
                  <div>
                    <Text fw={550}>{label}</Text>
                    <Text size="xs" c="dimmed">
                      {description}
                    </Text>
                  </div>
                </Group>
              </Radio.Card>
            ))}
          </div>
        </Radio.Group>
      )}
      {kind === 'http' && <TargetFields />}
      {kind === 'vpc' && <NetworkFields />}
      {kind === 'service-discovery' && <ServiceFields />}
      {kind === 'mock' ? <MockFields /> : <Settings />}
    </Stack>
  );
}

function Settings() {
  const { definition, problemOf } = useDefinition();
  const [opened, setOpened] = useState<string[]>(() => [...SETTINGS.filter((group) => isSet(definition, group)).map(({ title }) => title)]);
  // What was refused may not stay folded away.
  const refused = SETTINGS.filter(({ settings }) => settings.some(({ path }) => problemOf(path) !== undefined)).map(({ title }) => title);
  const tlsRefused = ['ca', 'certificate', 'key', 'serverName'].some((key) => problemOf(['tls', key]) !== undefined);
  const shown = [...new Set([...opened, ...refused, ...(tlsRefused ? [TLS] : [])])];
  return (
    <Accordion multiple value={shown} onChange={setOpened} variant="default" chevronSize={16} order={3} className={classes.groups ?? ''}>
      {SETTINGS.map((group) => (
        <Accordion.Item key={group.title} value={group.title}>
          <Accordion.Control>
            <GroupTitle title={group.title} state={stateOf(definition, group)} />
          </Accordion.Control>
          <Accordion.Panel>
            <Text size="xs" c="dimmed" mb="sm">
              {group.description}
            </Text>
            {group === HEALTH ? <HealthFields /> : <SettingsGrid group={group} />}
          </Accordion.Panel>
        </Accordion.Item>
      ))}
      <Accordion.Item value={TLS}>
        <Accordion.Control>
          <GroupTitle title={TLS} state={definition.tls === undefined ? 'As usual' : 'Changed'} />
        </Accordion.Control>
        <Accordion.Panel>
          <Text size="xs" c="dimmed" mb="sm">
            For HTTPS targets: whom the gateway trusts, and who it is itself.
          </Text>
          <TlsFields />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function GroupTitle({ title, state }: { title: string; state: string }) {
  return (
    <span className={classes.groupTitle}>
      <span>{title}</span>
      <span className={classes.groupState}>{state}</span>
    </span>
  );
}

function isSet(definition: Definition, { settings }: SettingsGroup): boolean {
  return settings.some(({ path }) => valueAt(definition, path) !== undefined);
}

function stateOf(definition: Definition, group: SettingsGroup): string {
  if (group === HEALTH) return definition.healthCheck === undefined ? 'Off' : 'On';
  return isSet(definition, group) ? 'Changed' : 'As usual';
}

function SettingsGrid({ group }: { group: SettingsGroup }) {
  return (
    <div className={classes.settings}>
      {group.settings.map((setting) => (
        <SettingField key={setting.path.join('.')} setting={setting} />
      ))}
    </div>
  );
}

const HEALTH_PATH: Path = ['healthCheck'];

function HealthFields() {
  const { definition, set } = useDefinition();
  const isOn = definition.healthCheck !== undefined;
  return (
    <Stack gap="md">
      <Switch
        label="Check the health of the targets"
        checked={isOn}
        onChange={({ currentTarget }) => set(HEALTH_PATH, currentTarget.checked ? { path: '/healthz' } : undefined)}
      />
      {isOn && <SettingsGrid group={HEALTH} />}
    </Stack>
  );
}
