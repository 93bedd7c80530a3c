import { createHash } from 'node:crypto';
import { ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION, type Entity, type LocationRef, stringifyLocationRef } from '../model/index.ts';
import { ROOT_PREFIX, type SourceItem } from './mutation.ts';

/** The Location entity that stands for a registered location, named as Backstage names it. */
export function generatedLocation(location: LocationRef, presence: 'required' | 'optional' = 'required'): Entity {
  const ref = stringifyLocationRef(location);
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Location',
    metadata: {
      name: `generated-${createHash('sha1').update(ref).digest('hex')}`,
      annotations: { [ANNOTATION_LOCATION]: ref, [ANNOTATION_ORIGIN_LOCATION]: ref },
    },
    spec: { type: location.type, target: location.target, presence },
  };
}

/** A registered location as a source that gives its Location entity; what it leads to follows from that. */
export function rootItem(location: LocationRef): SourceItem {
  const ref = stringifyLocationRef(location);
  return {
    id: `${ROOT_PREFIX}${ref}`,
    location,
    locationKey: ref,
    version: 'registered',
    isTrusted: true,
    load: async () => ({ entities: [generatedLocation(location)] }),
  };
}
