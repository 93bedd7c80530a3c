/** Whether a text is stored as it is by every database: Unicode, without the NUL that PostgreSQL refuses. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
