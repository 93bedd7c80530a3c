import { system } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { toTimestampOrNull } from '../operation/timestamp.ts';
import type { CallerUser } from './caller.ts';

export function getMe(): Implementation {
  return implement(system.getMe, async ({ caller }) => ({
    body: {
      name: caller.name,
      role: caller.role,
      teams: [...caller.teams],
      expiresAt: toTimestampOrNull(caller.expiresAtMs),
      user: caller.user === null ? null : toShown(caller.user),
    },
  }));
}

function toShown({ displayName, email, picture, entity }: CallerUser) {
  return { displayName, email, picture, entity };
}
