import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { linter } from '@codemirror/lint';
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import classes from './code-editor.module.css';
import { highlightStyle } from './highlight.ts';

export type CodeLanguage = 'json' | 'yaml' | 'text';

export interface CodeEditorProps {
  value: string;
  /** Without it, the text can be read only. */
  onChange?(value: string): void;
  /** Ctrl-Enter (Cmd-Enter). */
  onSubmit?(): void;
  language: CodeLanguage;
  /** What it holds, for screen readers. */
  label: string;
  /** In px; it grows with its text between the two. */
  minHeight?: number;
  maxHeight?: number | string;
  /** The panel for searching is there from the beginning. */
  searching?: boolean;
  /** What the editor does beyond that, such as showing problems at their lines; read once, when it is made. */
  extensions?: Extension;
}

/** Colouring reads all of a text; beyond this length it is shown plain. */
const COLOURED_MAX = 3_000_000;

/** A text of any length in an editor; only the lines in sight exist. Loaded when it is first needed. */
export function CodeEditor(props: CodeEditorProps) {
  const { value, language, label, minHeight = 40, maxHeight = 420, searching = false } = props;
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const readOnly = props.onChange === undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes later is handed to the editor below
  useEffect(() => {
    if (frame.current === null) return;
    const editor = new EditorView({
      parent: frame.current,
      state: EditorState.create({ doc: value, extensions: extensionsOf(latest, readOnly) }),
    });
    editor.contentDOM.setAttribute('aria-label', label);
    languageOf.reconfigure(editor, language, value.length);
    if (searching) showSearch(editor);
    view.current = editor;
    return () => editor.destroy();
  }, [readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    languageOf.reconfigure(editor, language, value.length);
    if (editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, annotations: given.of(true) });
    }
  }, [value, language]);
  useEffect(() => view.current?.contentDOM.setAttribute('aria-label', label), [label]);
  const size = {
    ['--min-height' as string]: `${minHeight}px`,
    ['--max-height' as string]: typeof maxHeight === 'number' ? `${maxHeight}px` : maxHeight,
  };
  return <div ref={frame} className={classes.editor} style={size} />;
}

/** The panel takes the focus when it opens; nobody has asked for it here. */
function showSearch(editor: EditorView): void {
  const before = document.activeElement;
  openSearchPanel(editor);
  const now = document.activeElement;
  if (before instanceof HTMLElement && before !== document.body) before.focus({ preventScroll: true });
  else if (now instanceof HTMLElement) now.blur();
}

/** On a change that was handed in: nobody has typed it. */
const given = Annotation.define<boolean>();

const compartment = new Compartment();

const languageOf = {
  reconfigure(editor: EditorView, language: CodeLanguage, length: number): void {
    const extension: Extension =
      length > COLOURED_MAX ? [] : language === 'json' ? jsonOf(editor.state.readOnly) : language === 'yaml' ? yaml() : [];
    editor.dispatch({ effects: compartment.reconfigure(extension) });
  },
};

function jsonOf(readOnly: boolean): Extension {
  return readOnly ? json() : [json(), linter((view) => (view.state.doc.length === 0 ? [] : jsonParseLinter()(view)))];
}

function extensionsOf(latest: { current: CodeEditorProps }, readOnly: boolean): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  const submit = () => {
    latest.current.onSubmit?.();
    return latest.current.onSubmit !== undefined;
  };
  return [
    EditorView.cspNonce.of(nonce),
    keymap.of([{ key: 'Mod-Enter', run: submit }]),
    lineNumbers(),
    highlightSpecialChars(),
    drawSelection(),
    codeFolding(),
    foldGutter({ openText: '▾', closedText: '▸' }),
    syntaxHighlighting(highlightStyle),
    search({ top: true }),
    highlightSelectionMatches(),
    EditorView.lineWrapping,
    // What scrolls must be reachable by keyboard, read-only or not.
    EditorView.contentAttributes.of({ tabindex: '0' }),
    compartment.of([]),
    latest.current.extensions ?? [],
    keymap.of([...searchKeymap, ...foldKeymap, ...defaultKeymap]),
    ...(readOnly
      ? [EditorState.readOnly.of(true)]
      : [
          history(),
          indentOnInput(),
          bracketMatching(),
          keymap.of(historyKeymap),
          EditorView.updateListener.of((update) => {
            const isGiven = update.transactions.every((transaction) => transaction.annotation(given) === true);
            if (update.docChanged && !isGiven) latest.current.onChange?.(update.state.doc.toString());
          }),
        ]),
  ];
}
