import type { Path, Written } from './written.ts';

/** Values under such keys are secrets wherever they come from. */
const SECRET_KEY = /secret|passw|token|credential|authorization|private|appcode|^key$/i;

/** Shorter values are no secrets, and replacing them would spoil the words of the message. */
const REDACTED_MIN = 4;

/** Characters of a value that a message shows. */
const SHOWN_MAX = 60;

/** A value in a message: what was found. Nothing that came from the environment or that looks like a secret is shown. */
export function showFound(node: Written, path: Path): string {
  switch (node.kind) {
    case 'map':
      return 'a map';
    case 'list':
      return 'a list';
    case 'hole':
      return 'nothing';
    case 'scalar':
      if (node.label !== undefined) return node.label;
      if (node.value === null) return 'nothing';
      if (path.some((part) => typeof part === 'string' && SECRET_KEY.test(part))) return 'something else (not shown)';
      return typeof node.value === 'string' ? quote(node.value) : String(node.value);
  }
}

/** A string in a message: shortened, on one line, and without the password of a URL. */
export function quote(text: string): string {
  const shown = text.replace(/\/\/[^/@\s]{1,500}@/g, '//…@');
  return JSON.stringify(shown.length > SHOWN_MAX ? `${shown.slice(0, SHOWN_MAX)}…` : shown);
}

/** Takes out of a message whatever the environment or a file gave to the values in a tree. */
export function redact(message: string, node: Written): string {
  switch (node.kind) {
    case 'map': {
      for (const entry of node.entries.values()) message = redact(message, entry);
      return message;
    }
    case 'list': {
      for (const item of node.items) message = redact(message, item);
      return message;
    }
    case 'scalar': {
      if (node.label === undefined) return message;
      for (const value of [node.value, node.alternative]) {
        const text = value === undefined ? '' : String(value);
        if (text.length >= REDACTED_MIN) message = message.replaceAll(text, node.label);
      }
      return message;
    }
    case 'hole':
      return message;
  }
}
