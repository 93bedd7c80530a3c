import { useMe } from '../../account/use-me.ts';

export interface May {
  /** Save the draft. */
  edit: boolean;
  /** Publish, roll back, unpublish, delete. */
  publish: boolean;
  debug: boolean;
  /** Why not, in a sentence; undefined: everything is allowed, or the file manages it, which is said apart. */
  why: string | undefined;
}

/** What the user may do with an API: roles and ownership as docs/access.md has them. */
export function useMay({ owner, managedBy }: { owner: string | null; managedBy: string | null }): May {
  const me = useMe();
  const own = me.owns(owner);
  const managed = managedBy !== null;
  return {
    edit: own && !managed && me.can('developer'),
    publish: own && !managed && me.can('publisher'),
    debug: me.can('developer'),
    why: managed ? undefined : whyNot(own, owner, me.can('developer'), me.can('publisher')),
  };
}

function whyNot(own: boolean, owner: string | null, developer: boolean, publisher: boolean): string | undefined {
  if (!developer) return 'You are a viewer: you may read. Changing an API takes the role developer, publishing it the role publisher.';
  if (!own)
    return owner === null
      ? 'It has no owner, so only administrators change it.'
      : `It belongs to ${owner}: only members of that team change it.`;
  return publisher ? undefined : 'You are a developer: you may change the draft. Publishing it takes the role publisher.';
}
