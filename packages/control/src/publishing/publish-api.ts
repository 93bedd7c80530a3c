import { apis } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { answerPublication } from './answer-publication.ts';
import type { PublishingDependencies } from './dependencies.ts';

export function publishApi(dependencies: PublishingDependencies): Implementation {
  return implement(apis.publishApi, (call) => answerPublication(dependencies, call, 'apis.publish'));
}
