import { readFile, writeFile } from 'node:fs/promises';
import { withTables } from './docs-tables.ts';

/** `node test/conformance/wire/write-docs.ts` writes the tables of docs/wire.md anew from the records. */
const FILE = new URL('../../../docs/wire.md', import.meta.url);

await writeFile(FILE, withTables(await readFile(FILE, 'utf8')));
