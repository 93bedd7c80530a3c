/** Whether a text stands for a private key that the server has and does not show. */
export function isStoredKey(text: string): boolean {
  return /^\(stored(?:, SHA256:[A-Za-z0-9+/]{43})?\)$/.test(text);
}
