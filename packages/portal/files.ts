import { fileURLToPath } from 'node:url';

/** Where the built portal is; see `npm run build -w @gatehouse/portal`. */
export const PORTAL_FILES: string = fileURLToPath(new URL('./dist', import.meta.url));
