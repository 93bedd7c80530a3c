import { lazy, Suspense } from 'react';
import classes from './code-editor.module.css';
import type { CodeEditorProps } from './code-editor.tsx';

const load = () => import('./code-editor.tsx');
const CodeEditor = lazy(() => load().then(({ CodeEditor }) => ({ default: CodeEditor })));

/** Loads the editor before it is needed, so that nothing moves when it is there. A failure is told where it is needed. */
export function preloadCodeEditor(): void {
  load().catch(() => undefined);
}

/** The editor, with room for it while it is loaded. */
export function LazyCodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<div className={classes.editor} aria-busy="true" style={{ height: Math.max(props.minHeight ?? 40, 24) }} />}>
      <CodeEditor {...props} />
    </Suspense>
  );
}
