import { useEffect, useRef, useState } from 'react';
import type { ServerProblem } from '../../server/server-error.ts';
import type { EditorProblem } from '../../ui/code-editor.tsx';
import { type CheckedDefinition, checkDefinition } from './server/check-definition.ts';

interface Check {
  /** Of the text as it is now, or as it was before the last keys were pressed. */
  checked: CheckedDefinition | undefined;
  /** The text is being looked at, or will be in a moment. */
  checking: boolean;
  error: unknown;
  /** Looks now. */
  again(): void;
}

const PAUSE_MS = 600;
/** Longer texts are looked at when somebody asks for it: sending them after each pause would be much. */
export const CHECKED_WHILE_TYPING_MAX = 1_500_000;

/**
 * What is in a definition and what is wrong with it, looked at by the server when typing pauses. `api`: the one that it is for, whose
 * settings count. An empty text is not looked at.
 */
export function useCheck(text: string, { api, enabled = true }: { api?: string | undefined; enabled?: boolean } = {}): Check {
  const [state, setState] = useState<{ text: string; checked?: CheckedDefinition; error?: unknown }>();
  const [asked, setAsked] = useState<{ text: string }>();
  const running = useRef<AbortController | undefined>(undefined);
  const empty = text.trim() === '';
  const wanted = enabled && !empty;
  useEffect(() => {
    running.current?.abort();
    if (!wanted || (text.length > CHECKED_WHILE_TYPING_MAX && asked?.text !== text)) return;
    const controller = new AbortController();
    running.current = controller;
    const timer = setTimeout(
      async () => {
        const { signal } = controller;
        try {
          const checked = await checkDefinition({ body: { text, ...(api === undefined ? {} : { api }) }, signal });
          if (!signal.aborted) setState({ text, checked });
        } catch (error) {
          if (!signal.aborted)
            setState((before) => ({ ...(before?.checked === undefined ? {} : { checked: before.checked }), text, error }));
        }
      },
      asked?.text === text ? 0 : PAUSE_MS,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, api, wanted, asked]);
  const known = state?.text === text;
  return {
    checked: empty ? undefined : state?.checked,
    checking: wanted && !known && text.length <= CHECKED_WHILE_TYPING_MAX,
    error: known ? state.error : undefined,
    again: () => setAsked({ text }),
  };
}

/** Those that have a line, for the editor. */
export function toEditorProblems(problems: readonly ServerProblem[]): EditorProblem[] {
  return problems.flatMap(({ severity, message, place }) =>
    place === undefined ? [] : [{ severity, message, line: place.line, column: place.column }],
  );
}
