export type DocumentLanguage = 'yaml' | 'json';

/** What a document is written in, by how it begins. */
export function languageOf(text: string): DocumentLanguage {
  return /^\s*\{\s*(?:"|\}|$)/.test(text.slice(0, 2_000)) ? 'json' : 'yaml';
}

/** Writes a document in the other language. Comments have no place in JSON. What reads and writes YAML is loaded when it is needed. */
export function convertButton(language: DocumentLanguage): { label: string; run(text: string): Promise<string> } {
  return language === 'json' ? { label: 'As YAML', run: toYaml } : { label: 'As JSON', run: toJson };
}

async function toYaml(text: string): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(JSON.parse(text));
}

async function toJson(text: string): Promise<string> {
  const { parse } = await import('yaml');
  return JSON.stringify(parse(text, { maxAliasCount: 200, merge: true }), null, 2);
}

/** A document as YAML that people read and change. */
export async function writeYaml(document: object): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(document, { lineWidth: 120, aliasDuplicateObjects: false });
}
