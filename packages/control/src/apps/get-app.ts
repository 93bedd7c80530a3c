import { apps } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { visibleApp } from './apps-store.ts';
import { credentialsOf } from './credentials-store.ts';
import type { AppsDependencies } from './dependencies.ts';
import { toAppDetail } from './to-app.ts';

export function getApp({ database }: AppsDependencies): Implementation {
  return implement(apps.getApp, async ({ params, caller }) => {
    const app = await visibleApp(database.read, params.name, caller);
    return { body: toAppDetail(app, await credentialsOf(database.read, app.id)), version: app.version };
  });
}
