import type { AppRecord, CredentialsMessage, CredentialsState } from '@gatehouse/contract';
import { Doubt } from './doubt.ts';
import type { NodeCredentials } from './ports.ts';
import type { NodeStore } from './store/node-store.ts';
import type { StreamReader } from './stream-reader.ts';

/** What is known now does not add up to what the control plane has: only everything anew helps. */
export class CredentialsMismatch extends Doubt {}

/** Takes a whole set as its pieces come in. Until the last has come, what was known before is in use. */
export async function receiveWhole(
  first: CredentialsMessage,
  reader: StreamReader,
  credentials: NodeCredentials,
  codeKey: string,
  store: NodeStore | null,
): Promise<CredentialsState> {
  const writer = store?.replaceCredentials(codeKey);
  const staged = credentials.stage(codeKey);
  let committed = false;
  try {
    let piece = first;
    for (;;) {
      await writer?.add(piece.apps);
      for (const app of piece.apps) staged.put(app);
      if (piece.last) break;
      piece = await nextPiece(reader, true);
    }
    const state = stateOf(piece);
    staged.commit(state.cursor);
    committed = true;
    verify(state, credentials);
    await writer?.commit(state);
    return state;
  } catch (error) {
    if (!committed) staged.discard();
    await writer?.discard();
    throw error;
  }
}

/** Takes a change, once all of it has come. */
export async function receiveChange(
  first: CredentialsMessage,
  reader: StreamReader,
  credentials: NodeCredentials,
  store: NodeStore | null,
): Promise<CredentialsState> {
  const apps: AppRecord[] = [];
  const removed: string[] = [];
  let piece = first;
  for (;;) {
    apps.push(...piece.apps);
    removed.push(...piece.removed);
    if (piece.last) break;
    piece = await nextPiece(reader, false);
  }
  const state = stateOf(piece);
  for (const app of apps) credentials.upsert(app);
  for (const id of removed) credentials.remove(id);
  verify(state, credentials);
  store?.changeCredentials({ apps, removed, state });
  return state;
}

async function nextPiece(reader: StreamReader, reset: boolean): Promise<CredentialsMessage> {
  const message = await reader.next();
  if (message.type !== 'credentials' || message.reset !== reset) throw new Doubt('credentials broke off in the middle');
  return message;
}

function stateOf({ state }: CredentialsMessage): CredentialsState {
  if (state === null) throw new Doubt('the last piece of credentials does not say what they are');
  return state;
}

/** A change that was lost long ago shows here: what is known now is not what the control plane has. */
function verify(state: CredentialsState, credentials: NodeCredentials): void {
  const { count, sums } = credentials.state();
  if (count !== state.count || sums[0] !== state.sums[0] || sums[1] !== state.sums[1])
    throw new CredentialsMismatch('the credentials do not add up to those of the control plane');
}
