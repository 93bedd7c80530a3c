import { useMemo } from 'react';
import { LazyCodeEditor } from '../editor/lazy-code-editor.tsx';

/** A definition as it is written, with a search in it. */
export function RawView({ text }: { text: string }) {
  const { shown, language } = useMemo(() => toShown(text), [text]);
  return (
    <LazyCodeEditor
      value={shown}
      language={language}
      label="Source of the definition"
      minHeight={320}
      maxHeight="calc(100dvh - 220px)"
      searching
    />
  );
}

/** JSON on one line has lines only for machines. */
function toShown(text: string): { shown: string; language: 'json' | 'yaml' | 'text' } {
  if (!/^\s*\{/.test(text)) return { shown: text, language: /^\s*(?:[\w-]+:|#|---)/.test(text) ? 'yaml' : 'text' };
  if (text.indexOf('\n') !== -1 && text.indexOf('\n') < 2_000) return { shown: text, language: 'json' };
  try {
    return { shown: JSON.stringify(JSON.parse(text), null, 2), language: 'json' };
  } catch {
    // It is shown as it came: what is wrong with it is said elsewhere.
    return { shown: text, language: 'text' };
  }
}
