import { Group, SegmentedControl, Select, Stack, Table, Text, Title } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import { TabLoading } from '../catalog/tab-loading.tsx';
import { Failed } from '../ui/failed.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import { EnvironmentChoice, useEnvironment } from './environment-choice.tsx';
import { formatMs, formatShare } from './health-format.ts';
import classes from './health-tab.module.css';
import { type Health, healthQuery } from './server/health.ts';
import type { Publication } from './server/publication.ts';

const HealthCharts = lazyPart(() => import('./health-charts.tsx'), 'HealthCharts');

const SPANS = [
  { value: '1', label: '1 h' },
  { value: '3', label: '3 h' },
  { value: '24', label: '24 h' },
  { value: '168', label: '7 d' },
];
const REFRESH_MS = 20_000;

/** How an API behaves: requests, errors and latency, as all gateways together have seen it. */
export function HealthTab({ publication }: { publication: Publication }) {
  const environment = useEnvironment(publication);
  const [{ hours = '3', operation }, setUrl] = useUrlState();
  const span = SPANS.some(({ value }) => value === hours) ? hours : '3';
  const health = useQuery({ ...healthQuery(publication.api, environment, Number(span), operation), refetchInterval: REFRESH_MS });
  const names = health.data?.operations.map((one) => one.operation) ?? [];
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Group gap="sm">
          <EnvironmentChoice publication={publication} />
          <SegmentedControl
            aria-label="Span"
            value={span}
            onChange={(value) => setUrl({ hours: value === '3' ? undefined : value })}
            data={SPANS}
          />
        </Group>
        <Select
          aria-label="Operation"
          placeholder="Every operation"
          data={operation === undefined || names.includes(operation) ? names : [operation, ...names]}
          value={operation ?? null}
          onChange={(value) => setUrl({ operation: value ?? undefined })}
          clearable
          searchable
          w={300}
        />
      </Group>
      {health.isPending && <TabLoading />}
      {health.isError && <Failed error={health.error} retry={() => void health.refetch()} />}
      {health.data !== undefined &&
        (health.data.totals.requests === 0 ? (
          <Nothing icon={IconActivity} title="There were no requests">
            Figures appear some seconds after calls were made. Choose a longer span to look further back.
          </Nothing>
        ) : (
          <Figures health={health.data} onOperation={(name) => setUrl({ operation: name })} />
        ))}
    </Stack>
  );
}

function Figures({ health, onOperation }: { health: Health; onOperation(name: string): void }) {
  const { totals, operations, errors } = health;
  return (
    <>
      <div className={classes.tiles}>
        <Tile label="Requests">{totals.requests.toLocaleString('en')}</Tile>
        <Tile label="Server errors" bad={totals.serverErrors > 0}>
          {formatShare(totals.serverErrors, totals.requests)}
        </Tile>
        <Tile label="Client errors">{formatShare(totals.clientErrors, totals.requests)}</Tile>
        <Tile label="p50">{formatMs(totals.p50)}</Tile>
        <Tile label="p95">{formatMs(totals.p95)}</Tile>
        <Tile label="p99">{formatMs(totals.p99)}</Tile>
      </div>
      <Suspense fallback={<TabLoading />}>
        <HealthCharts health={health} />
      </Suspense>
      {errors.length > 0 && (
        <section aria-labelledby="errors">
          <Title order={2} size="h3" id="errors" mb="sm">
            What the gateway refused
          </Title>
          <Table.ScrollContainer minWidth={520}>
            <Table withTableBorder bg="var(--panel-background)">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Code</Table.Th>
                  <Table.Th ta="end">Requests</Table.Th>
                  <Table.Th>What it means</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {errors.map(({ code, requests, explanation }) => (
                  <Table.Tr key={code}>
                    <Table.Td ff="monospace">{code}</Table.Td>
                    <Table.Td ta="end" className="tabular">
                      {requests.toLocaleString('en')}
                    </Table.Td>
                    <Table.Td>{explanation}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </section>
      )}
      <section aria-labelledby="operations">
        <Title order={2} size="h3" id="operations" mb="sm">
          By operation
        </Title>
        <Table.ScrollContainer minWidth={680}>
          <Table withTableBorder highlightOnHover bg="var(--panel-background)">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Operation</Table.Th>
                {['Requests', 'Client errors', 'Server errors', 'p50', 'p95', 'p99'].map((name) => (
                  <Table.Th key={name} ta="end">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="tabular">
              {operations.map(({ operation, requests, clientErrors, serverErrors, p50, p95, p99 }) => (
                <Table.Tr key={operation}>
                  <Table.Td>
                    <Text
                      component="button"
                      type="button"
                      onClick={() => onOperation(operation)}
                      ff="monospace"
                      size="xs"
                      c="var(--mantine-color-anchor)"
                      bg="none"
                      bd={0}
                      p={0}
                      style={{ cursor: 'pointer' }}
                    >
                      {operation}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="end">{requests.toLocaleString('en')}</Table.Td>
                  <Table.Td ta="end">{formatShare(clientErrors, requests)}</Table.Td>
                  <Table.Td ta="end" {...(serverErrors > 0 ? { c: 'var(--bad)' } : {})}>
                    {formatShare(serverErrors, requests)}
                  </Table.Td>
                  <Table.Td ta="end">{formatMs(p50)}</Table.Td>
                  <Table.Td ta="end">{formatMs(p95)}</Table.Td>
                  <Table.Td ta="end">{formatMs(p99)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </section>
    </>
  );
}

function Tile({ label, bad = false, children }: { label: string; bad?: boolean; children: ReactNode }) {
  return (
    <div className={classes.tile}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <div className={`${classes.value} tabular`} style={bad ? { color: 'var(--bad)' } : undefined}>
        {children}
      </div>
    </div>
  );
}
