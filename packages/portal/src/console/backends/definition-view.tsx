import { Badge, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CodeBlock } from '../../ui/code-block.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import classes from './definition-view.module.css';
import { type Definition, textAt, valueAt } from './form/definition.ts';
import { KINDS, kindOf } from './form/kind.ts';
import { SETTINGS } from './form/settings.ts';

type Fact = readonly [name: string, value: ReactNode | undefined];

/** A definition as it is, for reading: where it leads, and what of it is not as usual. */
export function DefinitionView({ definition, type }: { definition: Definition; type: string }) {
  const kind = kindOf(definition);
  const settings = settingsOf(definition);
  const facts: Fact[] = [
    ...(type === 'mixed' ? [['Kind', KINDS.find(({ value }) => value === kind)?.label] as const] : []),
    ...whereOf(definition),
    ...settings,
    ...tlsOf(definition),
  ];
  const body = valueAt(definition, ['mock', 'body']);
  return (
    <div>
      {Array.isArray(definition.targets) && <Targets targets={definition.targets as Target[]} />}
      {facts.length > 0 && <Facts items={facts} />}
      {body !== undefined && (
        <div className={classes.body}>
          <CodeBlock text={typeof body === 'string' ? body : JSON.stringify(body, null, 2)} what="the body" maxHeight={260} />
        </div>
      )}
      {kind !== 'mock' && settings.length === 0 && (
        <Text size="xs" c="dimmed" mt="sm">
          Timeouts, retries and everything else are as usual.
        </Text>
      )}
    </div>
  );
}

interface Target {
  url: string;
  weight?: number;
}

function Targets({ targets }: { targets: readonly Target[] }) {
  const sum = targets.reduce((total, { weight = 1 }) => total + weight, 0);
  return (
    <Table.ScrollContainer minWidth={360} mb="sm">
      <Table verticalSpacing={5} aria-label="Targets">
        <Table.Thead>
          <Table.Tr>
            <Table.Th pl={0}>Target</Table.Th>
            <Table.Th ta="end" w={90}>
              Weight
            </Table.Th>
            <Table.Th ta="end" w={90} pr={0}>
              Share
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {targets.map(({ url, weight = 1 }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two targets may have the same URL
            <Table.Tr key={index}>
              <Table.Td pl={0} className={classes.url}>
                {url}
              </Table.Td>
              <Table.Td ta="end" className="tabular">
                {weight}
              </Table.Td>
              <Table.Td ta="end" pr={0} className="tabular">
                {Math.round((weight / sum) * 100)} %
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function whereOf(definition: Definition): Fact[] {
  const text = (...path: string[]) => textAt(definition, path) || undefined;
  const headers = Object.entries((valueAt(definition, ['mock', 'headers']) as Record<string, string> | undefined) ?? {});
  const isMock = definition.mock !== undefined;
  const examples = valueAt(definition, ['mock', 'examples']) === true;
  const service = definition.service !== undefined;
  return [
    ['URL', definition.url === undefined ? undefined : <Url url={String(definition.url)} />],
    ['Network access', text('network')],
    ['DNS name', text('service', 'name')],
    ['Records', service ? (text('service', 'record') === 'a' ? `A and AAAA, port ${text('service', 'port')}` : 'SRV') : undefined],
    ['Asked for again', service ? `every ${text('service', 'refresh') ?? '10s'}, at the latest` : undefined],
    ['HTTPS', definition.https === true ? 'Yes' : service || definition.network !== undefined ? 'No' : undefined],
    ['Answer', isMock ? (examples ? 'The examples of the definition' : 'One fixed response') : undefined],
    ['Status', isMock && !examples ? (text('mock', 'status') ?? '200') : undefined],
    ['Content type', text('mock', 'contentType')],
    ...headers.map(([name, value]): Fact => [name, value]),
  ];
}

function Url({ url }: { url: string }) {
  return (
    <span className={classes.copied}>
      <span className={classes.url}>{url}</span>
      <CopyButton value={url} what="the URL" />
    </span>
  );
}

function settingsOf(definition: Definition): Fact[] {
  return SETTINGS.flatMap(({ title, settings }) =>
    settings.flatMap(({ path, label, input }): Fact[] => {
      const value = valueAt(definition, path);
      if (value === undefined) return [];
      const chosen = Array.isArray(input) ? input.find((choice) => choice.value === value)?.label : undefined;
      return [[`${title}: ${label.charAt(0).toLowerCase()}${label.slice(1)}`, chosen ?? String(value)]];
    }),
  );
}

function tlsOf(definition: Definition): Fact[] {
  const text = (key: string) => textAt(definition, ['tls', key]) || undefined;
  const certificates = text('ca')?.split('-----BEGIN CERTIFICATE-----').length;
  return [
    ['TLS: server name', text('serverName')],
    ['TLS: trusts', certificates === undefined ? undefined : `${certificates - 1} own certificate${certificates === 2 ? '' : 's'}`],
    ['TLS: certificate', text('insecureSkipVerify') === 'true' ? <Badge color="yellow">not checked</Badge> : undefined],
    ['TLS: client certificate', text('certificate') === undefined ? undefined : 'Shown to targets that ask for one'],
    ['TLS: private key', text('key') === undefined ? undefined : 'Stored, never shown'],
  ];
}
