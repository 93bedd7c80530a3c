import { lazy, Suspense } from 'react';
import classes from './code-editor.module.css';
import type { CodeEditorProps } from './code-editor.tsx';

const CodeEditor = lazy(() => import('./code-editor.tsx').then(({ CodeEditor }) => ({ default: CodeEditor })));

/** The editor, with room for it while it is loaded. */
export function LazyCodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<div className={classes.editor} aria-busy="true" style={{ height: Math.max(props.minHeight ?? 40, 24) }} />}>
      <CodeEditor {...props} />
    </Suspense>
  );
}
