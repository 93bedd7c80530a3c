/** Annotations that the catalog itself reads or writes; what they mean is Backstage's (well-known annotations). */
export const ANNOTATION_LOCATION = 'backstage.io/managed-by-location';
export const ANNOTATION_ORIGIN_LOCATION = 'backstage.io/managed-by-origin-location';
export const ANNOTATION_SOURCE_LOCATION = 'backstage.io/source-location';
export const ANNOTATION_ORPHAN = 'backstage.io/orphan';
export const ANNOTATION_VIEW_URL = 'backstage.io/view-url';
export const ANNOTATION_EDIT_URL = 'backstage.io/edit-url';
export const ANNOTATION_TECHDOCS_REF = 'backstage.io/techdocs-ref';
/** Where a definition was read from; deprecated by Backstage in favour of placeholders, still seen. */
export const ANNOTATION_DEFINITION_AT_LOCATION = 'backstage.io/definition-at-location';
export const ANNOTATION_LDAP_DN = 'backstage.io/ldap-dn';
export const ANNOTATION_GITHUB_PROJECT_SLUG = 'github.com/project-slug';
export const ANNOTATION_GITHUB_TEAM_SLUG = 'github.com/team-slug';
export const ANNOTATION_GITHUB_USER_LOGIN = 'github.com/user-login';
export const ANNOTATION_GITHUB_USER_ID = 'github.com/user-id';
