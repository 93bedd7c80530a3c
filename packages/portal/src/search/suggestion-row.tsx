import {
  IconApps,
  IconBox,
  IconCube,
  IconFileCode,
  IconHistory,
  IconRoute,
  IconServer2,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import { parseEntityRef } from './entity-ref.ts';
import classes from './search-dialog.module.css';
import type { Found } from './server/search.ts';

/** What is offered: something that was found, or a page that was looked at before. */
export interface Suggestion extends Pick<Found, 'title' | 'detail' | 'operation'> {
  kind: Found['kind'] | 'viewed';
  path: string;
  ref?: string;
}

const ICONS = { api: IconRoute, app: IconApps, backend: IconServer2, viewed: IconHistory, operation: IconFileCode, entity: IconBox };
const ENTITY_ICONS: Record<string, typeof IconBox> = { api: IconFileCode, group: IconUsersGroup, user: IconUser, component: IconCube };

interface SuggestionRowProps {
  id: string;
  index: number;
  suggestion: Suggestion;
  selected: boolean;
  onPoint(): void;
  onOpen(): void;
}

export function SuggestionRow({ id, index, suggestion, selected, onPoint, onOpen }: SuggestionRowProps) {
  const { kind, title, detail, operation, ref } = suggestion;
  const entityKind = kind === 'entity' && ref !== undefined ? parseEntityRef(ref)?.kind : undefined;
  const Icon = (entityKind === undefined ? undefined : ENTITY_ICONS[entityKind]) ?? ICONS[kind];
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the box, see aria-activedescendant
    // biome-ignore lint/a11y/useKeyWithClickEvents: the box takes the keys
    <div
      id={id}
      role="option"
      aria-selected={selected}
      data-index={index}
      className={classes.option}
      onPointerMove={onPoint}
      onClick={onOpen}
    >
      {operation === null ? (
        <Icon size={18} stroke={1.6} />
      ) : (
        <span className={classes.method} aria-hidden>
          {operation.method}
        </span>
      )}
      <div className={classes.texts}>
        <div className={classes.title}>{title}</div>
        {detail !== null && <div className={classes.detail}>{detail}</div>}
      </div>
    </div>
  );
}
