import { defaultHighlightStyle, HighlightStyle } from '@codemirror/language';

/** What the colours of the library's own style are on light and on dark ground; those it has for light alone cannot be read on dark. */
const COLOURS: Record<string, string | undefined> = {
  '#708': 'light-dark(#6b3fa0, #c3a1f0)',
  '#219': 'light-dark(#1a5fb4, #82b4f5)',
  '#164': 'light-dark(#147040, #6fd09b)',
  '#a11': 'light-dark(#a0301c, #f0a98f)',
  '#e40': 'light-dark(#a4460b, #eeb078)',
  '#00f': 'light-dark(#1a5fb4, #82b4f5)',
  '#30a': 'light-dark(#1a5fb4, #82b4f5)',
  '#085': 'light-dark(#0f766e, #67cfc4)',
  '#167': 'light-dark(#0b6a80, #6dc7de)',
  '#256': 'light-dark(#0b6a80, #6dc7de)',
  '#00c': 'light-dark(#3646ab, #aab6fb)',
  '#940': 'light-dark(#5a6474, #a1aab8)',
  '#f00': 'light-dark(#c0322c, #f28b84)',
};

/** Colours of code in both colour schemes. */
export const highlightStyle = HighlightStyle.define(
  defaultHighlightStyle.specs.map((spec) => ({
    ...spec,
    ...(typeof spec.color === 'string' ? { color: COLOURS[spec.color] ?? spec.color } : {}),
  })),
);
