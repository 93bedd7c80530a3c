import { lazy, Suspense } from 'react';
import classes from './code-editor.module.css';
import type { CodeEditorViewProps } from './code-editor-view.tsx';

export type { EditorHandle, EditorProblem } from './code-editor-view.tsx';

const CodeEditorView = lazy(() => import('./code-editor-view.tsx').then(({ CodeEditorView }) => ({ default: CodeEditorView })));

/** An editor for YAML, JSON and other texts that shows problems at their lines. Loaded when it is first needed. */
export function CodeEditor(props: CodeEditorViewProps) {
  return (
    <Suspense fallback={<div className={classes.loading} aria-busy="true" style={{ height: Math.max(props.minHeight ?? 40, 24) + 2 }} />}>
      <CodeEditorView {...props} />
    </Suspense>
  );
}
