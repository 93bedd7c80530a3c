import type { Implementation } from '../operation/implementation.ts';
import { createBackend } from './create-backend.ts';
import { deleteBackend } from './delete-backend.ts';
import { deleteBackendDefinition } from './delete-definition.ts';
import type { BackendsDependencies } from './dependencies.ts';
import { getBackend } from './get-backend.ts';
import { listBackends } from './list-backends.ts';
import { putBackendDefinition } from './put-definition.ts';
import { updateBackend } from './update-backend.ts';

/** Backend services and their definitions by environment. */
export function backendsOperations(dependencies: BackendsDependencies): Implementation[] {
  return [
    listBackends(dependencies),
    createBackend(dependencies),
    getBackend(dependencies),
    updateBackend(dependencies),
    deleteBackend(dependencies),
    putBackendDefinition(dependencies),
    deleteBackendDefinition(dependencies),
  ];
}
