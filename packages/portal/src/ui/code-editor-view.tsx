import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { type EditorState, StateEffect, StateField } from '@codemirror/state';
import { EditorView, ViewPlugin } from '@codemirror/view';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { CodeEditor, type CodeEditorProps } from '../definition/editor/code-editor.tsx';

/** Something about a place of the text. `line` and `column` count from 1. */
export interface EditorProblem {
  severity: 'error' | 'warning' | 'hint';
  message: string;
  line: number;
  column: number;
}

/** What can be done with an editor from outside. */
export interface EditorHandle {
  /** Brings a place into view and the cursor to it. */
  goTo(line: number, column: number): void;
}

export interface CodeEditorViewProps extends Omit<CodeEditorProps, 'extensions' | 'onChange'> {
  onChange?: ((value: string) => void) | undefined;
  problems?: readonly EditorProblem[];
  handle?: RefObject<EditorHandle | null>;
}

const NONE: readonly EditorProblem[] = [];

/** See `CodeEditor` of ./code-editor.tsx. */
export function CodeEditorView({ problems = NONE, handle, onChange, ...props }: CodeEditorViewProps) {
  const view = useRef<EditorView | undefined>(undefined);
  const extensions = useMemo(() => [problemsField, problemsLinter, lintGutter(), captureView(view)], []);
  useEffect(() => {
    const editor = view.current;
    editor?.dispatch({ effects: setProblems.of(problems.map((problem) => toDiagnostic(editor.state, problem))) });
  }, [problems]);
  useEffect(() => {
    if (handle === undefined) return;
    handle.current = {
      goTo(line, column) {
        const editor = view.current;
        if (editor === undefined) return;
        const at = positionOf(editor.state, line, column);
        editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
        editor.focus();
      },
    };
    return () => {
      handle.current = null;
    };
  }, [handle]);
  return <CodeEditor {...props} {...(onChange === undefined ? {} : { onChange })} extensions={extensions} />;
}

const setProblems = StateEffect.define<readonly Diagnostic[]>();

/** They move with the text that they are about, until it has been looked at again. */
const problemsField = StateField.define<readonly Diagnostic[]>({
  create: () => [],
  update(before, transaction) {
    const told = transaction.effects.findLast((effect) => effect.is(setProblems));
    if (told !== undefined) return told.value as readonly Diagnostic[];
    if (!transaction.docChanged || before.length === 0) return before;
    const { changes } = transaction;
    return before.map((each) => ({ ...each, from: changes.mapPos(each.from), to: changes.mapPos(each.to) }));
  },
});

/** As a source of its own, so that what reads JSON while it is typed does not take them away. */
const problemsLinter = linter((view) => [...view.state.field(problemsField)], {
  delay: 0,
  needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((effect) => effect.is(setProblems))),
});

function captureView(into: { current: EditorView | undefined }) {
  return ViewPlugin.define((view) => {
    into.current = view;
    return {};
  });
}

/** The text may be another one by now. */
function positionOf(state: EditorState, line: number, column: number): number {
  const { from, to } = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  return Math.min(from + Math.max(column - 1, 0), to);
}

function toDiagnostic(state: EditorState, { line, column, severity, message }: EditorProblem): Diagnostic {
  const from = positionOf(state, line, column);
  const rest = state.doc.lineAt(from).text.slice(from - state.doc.lineAt(from).from);
  const length = /^["']?[^\s"',:{}[\]]{1,200}["']?/.exec(rest)?.[0].length ?? rest.trimEnd().length;
  return { from, to: from + length, severity: severity === 'hint' ? 'info' : severity, message };
}
