import type { May } from '../may.ts';
import type { Api } from '../server/api.ts';

export function DebugTab(_: { api: Api; may: May }) {
  return null;
}
