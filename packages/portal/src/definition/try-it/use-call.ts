import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { callApi } from '../server/call-api.ts';
import type { BuiltRequest } from './build-request.ts';
import type { CallView } from './call-result.tsx';

interface Call {
  api: string;
  environment: string;
  app: string | null;
  url: string;
  request: BuiltRequest;
}

interface CallState {
  running: boolean;
  /** Whole seconds since it was started. */
  seconds: number;
  start(call: Call): void;
  cancel(): void;
  cancelled: boolean;
  error: unknown;
  view: CallView | undefined;
}

/** One call at a time of an API through the gateway, which can be cancelled. */
export function useCall(): CallState {
  const controller = useRef<AbortController | undefined>(undefined);
  const [seconds, setSeconds] = useState(0);
  const mutation = useMutation({
    mutationFn: async ({ api, environment, app, url, request }: Call): Promise<CallView> => {
      const abort = new AbortController();
      controller.current = abort;
      const { method, path, query, headers, body } = request;
      const result = await callApi({
        params: { api, environment },
        body: {
          ...(app === null ? {} : { app }),
          // With its query, so that it is sent exactly as it is shown.
          request: { method, path: `${path}${query}`, headers: Object.fromEntries(headers), ...(body === undefined ? {} : { body }) },
        },
        signal: abort.signal,
      });
      return { api, sent: request, url, environment, app, result };
    },
  });
  const { isPending } = mutation;
  useEffect(() => {
    if (!isPending) return;
    setSeconds(0);
    const timer = setInterval(() => setSeconds((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, [isPending]);
  // What nobody will see is not waited for.
  useEffect(() => () => controller.current?.abort(), []);
  const cancelled = mutation.error?.name === 'AbortError';
  return {
    running: isPending,
    seconds,
    start: (call) => mutation.mutate(call),
    cancel: () => controller.current?.abort(),
    cancelled,
    error: cancelled ? undefined : (mutation.error ?? undefined),
    view: mutation.data,
  };
}
