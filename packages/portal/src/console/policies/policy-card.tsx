import { ActionIcon, Collapse, SegmentedControl, Text, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronRight, IconGripVertical, IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import locked from '../apis/read-only.module.css';
import type { FormProblem } from '../schema-form/field-view.tsx';
import { JsonField } from '../schema-form/json-field.tsx';
import type { JsonSchema } from '../schema-form/json-schema.ts';
import { SchemaForm } from '../schema-form/schema-form.tsx';
import classes from './policies.module.css';
import { type PolicyEntry, summarize } from './policy-entries.ts';
import type { PolicyKind } from './server/policies.ts';
import type { DragProps } from './use-drag-order.ts';

interface PolicyCardProps {
  entry: PolicyEntry;
  index: number;
  count: number;
  /** Undefined: this version has no such policy. */
  kind: PolicyKind | undefined;
  opened: boolean;
  onToggle(): void;
  onChange(config: unknown): void;
  onMove(to: number): void;
  onRemove(): void;
  problems: readonly FormProblem[];
  readOnly: boolean;
  drag: DragProps;
}

/** One policy: what it says in a line, and its form or JSON when it is opened. */
export function PolicyCard(props: PolicyCardProps) {
  const { entry, index, count, kind, opened, onToggle, onChange, onMove, onRemove, problems, readOnly, drag } = props;
  const [asJson, setAsJson] = useState(false);
  const body = useId();
  const title = kind?.title ?? entry.name;
  const place = drag.over === undefined ? '' : drag.over === 'above' ? classes.above : classes.below;
  return (
    <li className={`${classes.card} ${place} ${drag.dragged ? classes.dragged : ''}`} {...(readOnly ? {} : drag.entry)}>
      <div className={classes.head}>
        {!readOnly && (
          <span className={classes.grip} aria-hidden {...drag.handle}>
            <IconGripVertical size={16} />
          </span>
        )}
        <button type="button" className={classes.toggle} onClick={onToggle} aria-expanded={opened} aria-controls={body}>
          <IconChevronRight size={15} className={opened ? classes.open : classes.closed} aria-hidden />
          <span className={classes.title}>{title}</span>
          {problems.length > 0 ? (
            <span className={classes.wrong}>
              {problems.length} {problems.length === 1 ? 'problem' : 'problems'}
            </span>
          ) : (
            <span className={classes.summary}>{summarize(entry.config)}</span>
          )}
        </button>
        {!readOnly && (
          <span className={classes.buttons}>
            <Tooltip label="Earlier">
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={index === 0}
                onClick={() => onMove(index - 1)}
                aria-label={`Move ${title} up`}
              >
                <IconArrowUp size={15} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Later">
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={index === count - 1}
                onClick={() => onMove(index + 1)}
                aria-label={`Move ${title} down`}
              >
                <IconArrowDown size={15} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Remove">
              <ActionIcon variant="subtle" color="gray" onClick={onRemove} aria-label={`Remove ${title}`}>
                <IconX size={15} />
              </ActionIcon>
            </Tooltip>
          </span>
        )}
      </div>
      <Collapse expanded={opened} id={body}>
        <div className={readOnly ? `${classes.body} ${locked.fields}` : classes.body}>
          <div className={classes.about}>
            <Text c="dimmed">{kind?.description ?? 'This version has no such policy: it can be removed, or changed as JSON.'}</Text>
            {kind !== undefined && (
              <SegmentedControl
                size="xs"
                aria-label={`How ${title} is shown`}
                data={[
                  { value: 'form', label: 'Form' },
                  { value: 'json', label: 'JSON' },
                ]}
                value={asJson ? 'json' : 'form'}
                onChange={(value) => setAsJson(value === 'json')}
              />
            )}
          </div>
          {kind === undefined || asJson ? (
            <JsonField
              schema={{}}
              root={{}}
              path={[]}
              label={undefined}
              spoken={`Configuration of ${title}`}
              required
              value={entry.config}
              onChange={(config) => onChange(config ?? {})}
              problems={problems.map(({ path, message }) => ({
                path: [],
                message: path.length === 0 ? message : `${path.join('.')} ${message}`,
              }))}
              readOnly={readOnly}
            />
          ) : (
            <SchemaForm
              schema={kind.config as JsonSchema}
              value={entry.config}
              onChange={onChange}
              problems={problems}
              readOnly={readOnly}
            />
          )}
        </div>
      </Collapse>
    </li>
  );
}
