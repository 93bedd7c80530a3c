import type { Implementation } from '../operation/implementation.ts';
import { deleteApi } from './delete-api.ts';
import type { ApisDependencies } from './dependencies.ts';
import { getApi } from './get-api.ts';
import { getDefinition } from './get-definition.ts';
import { getDefinitionSource } from './get-definition-source.ts';
import { listApis } from './list-apis.ts';
import { putApi } from './put-api.ts';

/** APIs and their drafts. */
export function apisOperations(dependencies: ApisDependencies): Implementation[] {
  return [
    listApis(dependencies),
    getApi(dependencies),
    getDefinition(dependencies),
    getDefinitionSource(dependencies),
    putApi(dependencies),
    deleteApi(dependencies),
  ];
}
