/** A setting of a definition that has a usual value. `usual` is what the gateway takes when it is absent, as people write it. */
export interface Setting {
  path: readonly string[];
  label: string;
  hint?: string;
  usual: string;
  input: 'number' | 'duration' | 'text' | { value: string; label: string }[];
  min?: number;
  max?: number;
  step?: number;
}

export interface SettingsGroup {
  title: string;
  description: string;
  settings: readonly Setting[];
}

export const TIMEOUTS: SettingsGroup = {
  title: 'Timeouts',
  description: 'How long the gateway waits for the targets. APIs and their operations may have their own.',
  settings: [
    { path: ['timeouts', 'connect'], label: 'Connect', hint: 'Until a connection stands', usual: '5s', input: 'duration' },
    { path: ['timeouts', 'response'], label: 'Response', hint: 'Until the head of the response has come', usual: '30s', input: 'duration' },
    { path: ['timeouts', 'idle'], label: 'Idle', hint: 'Longest pause within the response', usual: '60s', input: 'duration' },
    { path: ['timeouts', 'total'], label: 'Total', hint: 'Until its last byte; 0: no limit', usual: '0', input: 'duration' },
  ],
};

export const BALANCING: SettingsGroup = {
  title: 'Load balancing',
  description: 'Which target gets a request, and how many connections are opened to each.',
  settings: [
    {
      path: ['loadBalancing'],
      label: 'Strategy',
      usual: 'round-robin',
      input: [
        { value: 'round-robin', label: 'In turn, by weight' },
        { value: 'least-requests', label: 'The one with the fewest requests' },
      ],
    },
    {
      path: ['connections'],
      label: 'Connections',
      hint: 'To one target, of one gateway thread, at most',
      usual: '256',
      input: 'number',
      min: 1,
      max: 10_000,
    },
  ],
};

export const RETRIES: SettingsGroup = {
  title: 'Retries',
  description: 'Requests that may be repeated safely are tried again, on another target where there is one.',
  settings: [
    { path: ['retry', 'attempts'], label: 'Further tries', hint: '0: none', usual: '1', input: 'number', min: 0, max: 10 },
    {
      path: ['retry', 'budget'],
      label: 'Share of retries',
      hint: 'From 0 to 1: beyond it, retrying stops',
      usual: '0.2',
      input: 'number',
      min: 0,
      max: 1,
      step: 0.1,
    },
  ],
};

export const EJECTION: SettingsGroup = {
  title: 'Ejection',
  description: 'A target that keeps failing gets no traffic for a while.',
  settings: [
    {
      path: ['ejection', 'failures'],
      label: 'After failures in a row',
      hint: '0: never',
      usual: '5',
      input: 'number',
      min: 0,
      max: 1_000,
    },
    { path: ['ejection', 'duration'], label: 'For', usual: '10s', input: 'duration' },
    {
      path: ['ejection', 'shareMax'],
      label: 'Largest share ejected',
      hint: 'From 0 to 1 of all targets',
      usual: '0.5',
      input: 'number',
      min: 0,
      max: 1,
      step: 0.1,
    },
  ],
};

export const HEALTH: SettingsGroup = {
  title: 'Health check',
  description: 'The gateway asks each target by itself, and sends no traffic to one that does not answer.',
  settings: [
    { path: ['healthCheck', 'path'], label: 'Path', hint: 'Answered with 2xx or 3xx when healthy', usual: '', input: 'text' },
    { path: ['healthCheck', 'interval'], label: 'Every', usual: '5s', input: 'duration' },
    { path: ['healthCheck', 'timeout'], label: 'Timeout', usual: '2s', input: 'duration' },
    {
      path: ['healthCheck', 'healthyAfter'],
      label: 'Healthy after',
      hint: 'Good answers in a row',
      usual: '2',
      input: 'number',
      min: 1,
      max: 100,
    },
    {
      path: ['healthCheck', 'unhealthyAfter'],
      label: 'Unhealthy after',
      hint: 'Bad answers in a row',
      usual: '3',
      input: 'number',
      min: 1,
      max: 100,
    },
  ],
};

export const PROTOCOL: SettingsGroup = {
  title: 'Protocol',
  description: 'How the targets are spoken to.',
  settings: [
    {
      path: ['protocol'],
      label: 'HTTP version',
      hint: 'gRPC needs HTTP/2',
      usual: 'http1',
      input: [
        { value: 'http1', label: 'HTTP/1.1' },
        { value: 'http2', label: 'HTTP/2' },
      ],
    },
    {
      path: ['hostHeader'],
      label: 'Host header',
      usual: 'target',
      input: [
        { value: 'target', label: 'Host of the target' },
        { value: 'client', label: 'As the caller sent it' },
      ],
    },
  ],
};

/** What every definition but a mock may have, apart from TLS. */
export const SETTINGS: readonly SettingsGroup[] = [TIMEOUTS, HEALTH, BALANCING, RETRIES, EJECTION, PROTOCOL];
