import type { Implementation } from '../operation/implementation.ts';
import { createApp } from './create-app.ts';
import { createAuthorization } from './create-authorization.ts';
import { deleteApp } from './delete-app.ts';
import { deleteAuthorization } from './delete-authorization.ts';
import type { AppsDependencies } from './dependencies.ts';
import { getApp } from './get-app.ts';
import { listApps } from './list-apps.ts';
import { listAuthorizations } from './list-authorizations.ts';
import { listConsumers } from './list-consumers.ts';
import { revokeCredential } from './revoke-credential.ts';
import { rotateCredentials } from './rotate-credentials.ts';
import { updateApp } from './update-app.ts';

/** Apps, their credentials, and what they may call. */
export function appsOperations(dependencies: AppsDependencies): Implementation[] {
  return [
    listApps,
    createApp,
    getApp,
    updateApp,
    deleteApp,
    rotateCredentials,
    revokeCredential,
    listAuthorizations,
    listConsumers,
    createAuthorization,
    deleteAuthorization,
  ].map((create) => create(dependencies));
}
