import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { Title } from '@mantine/core';
import { useMemo } from 'react';
import { formatMs, formatPoint } from './health-format.ts';
import classes from './health-tab.module.css';
import type { Health } from './server/health.ts';

const HEIGHT = 220;

/** Requests and latency over time. The same figures stand in the tables, for whoever cannot see them drawn. */
export function HealthCharts({ health }: { health: Health }) {
  const points = useMemo(
    () =>
      health.series.map(({ at, requests, clientErrors, serverErrors, p50, p95, p99, backendP95 }) => ({
        time: formatPoint(at, health.stepSeconds),
        Successful: requests - clientErrors - serverErrors,
        'Client errors': clientErrors,
        'Server errors': serverErrors,
        p50,
        p95,
        p99,
        'Backend p95': backendP95,
      })),
    [health],
  );
  return (
    <div className={classes.charts}>
      <section className={classes.chart} aria-label="Requests over time">
        <Title order={2} size="h4" mb={8}>
          Requests
        </Title>
        <BarChart
          h={HEIGHT}
          data={points}
          dataKey="time"
          type="stacked"
          withLegend
          series={[
            { name: 'Successful', color: 'gate.4' },
            { name: 'Client errors', color: 'yellow.5' },
            { name: 'Server errors', color: 'red.6' },
          ]}
          tickLine="none"
          gridAxis="x"
          yAxisProps={{ allowDecimals: false }}
          barProps={{ isAnimationActive: false, maxBarSize: 18 }}
        />
      </section>
      <section className={classes.chart} aria-label="Latency over time">
        <Title order={2} size="h4" mb={8}>
          Latency
        </Title>
        <LineChart
          h={HEIGHT}
          data={points}
          dataKey="time"
          withLegend
          dotProps={{ r: 1.6, strokeWidth: 0 }}
          curveType="monotone"
          strokeWidth={1.8}
          series={[
            { name: 'p50', color: 'teal.6' },
            { name: 'p95', color: 'gate.5' },
            { name: 'p99', color: 'orange.6' },
            { name: 'Backend p95', color: 'gray.5', strokeDasharray: '4 3' },
          ]}
          tickLine="none"
          gridAxis="x"
          valueFormatter={(value) => formatMs(value)}
          lineProps={{ isAnimationActive: false }}
        />
      </section>
    </div>
  );
}
