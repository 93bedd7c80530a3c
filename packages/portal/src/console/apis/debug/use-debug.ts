import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { BuiltRequest } from '../../../definition/try-it/build-request.ts';
import { type DebugResult, debugApi } from '../server/debug-api.ts';

export interface DebugCall {
  environment: string;
  app: string | null;
  request: BuiltRequest;
}

/** What was sent, and what came of it. */
export interface Debugged extends DebugCall {
  result: DebugResult;
}

/** One debugged request at a time, which can be cancelled. */
export function useDebug(api: string) {
  const controller = useRef<AbortController | undefined>(undefined);
  const mutation = useMutation({
    mutationFn: async (call: DebugCall): Promise<Debugged> => {
      const abort = new AbortController();
      controller.current = abort;
      const { method, path, query, headers, body } = call.request;
      const result = await debugApi({
        params: { name: api },
        body: {
          environment: call.environment,
          ...(call.app === null ? {} : { app: call.app }),
          // With its query, so that it is sent exactly as it is shown.
          request: { method, path: `${path}${query}`, headers: toFields(headers), ...(body === undefined ? {} : { body }) },
        },
        signal: abort.signal,
      });
      return { ...call, result };
    },
  });
  // What nobody will see is not waited for.
  useEffect(() => () => controller.current?.abort(), []);
  const cancelled = mutation.error?.name === 'AbortError';
  return {
    running: mutation.isPending,
    start: mutation.mutate,
    cancel: () => controller.current?.abort(),
    cancelled,
    error: cancelled ? undefined : (mutation.error ?? undefined),
    debugged: mutation.data,
  };
}

/** A field may be there several times. */
function toFields(headers: BuiltRequest['headers']): Record<string, string[]> {
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of headers) fields[name] = [...(fields[name] ?? []), value];
  return fields;
}
