import { Chip, Group, Input, MultiSelect, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import type { ApiDocument } from '../document/api-document.ts';
import { toShort } from '../schema/schema-facts.tsx';
import { shapeOf } from '../schema/schema-shape.ts';
import { type FieldKind, type FieldValue, fieldKindOf } from './field-kind.ts';
import classes from './try-it.module.css';

interface FieldProps {
  document: ApiDocument;
  name: string;
  schema: unknown;
  /** Written as JSON whatever its schema says. */
  asJson?: boolean;
  required: boolean;
  example?: unknown;
  value: FieldValue | undefined;
  error: string | undefined;
  onChange(value: FieldValue): void;
}

/** Few values can all be seen at once. */
const CHIPS_MAX = 8;

/** A parameter or a field of a form, asked for as its schema says. */
export function ParamField({ document, name, schema, asJson = false, required, example, value, error, onChange }: FieldProps) {
  const { kind, hint } = useMemo(() => {
    const shape = shapeOf(document, schema);
    const kind: FieldKind = asJson ? { kind: 'json' } : fieldKindOf(document, schema);
    const shown =
      shape.preset !== undefined
        ? `default ${toShort(shape.preset.value)}`
        : example !== undefined
          ? `such as ${toShort(example)}`
          : shape.example && `such as ${toShort(shape.example.value)}`;
    return { kind, hint: shown ?? shape.label };
  }, [document, schema, asJson, example]);
  const text = typeof value === 'string' ? value : '';
  const list = typeof value === 'object' ? [...value] : [];
  const common = { size: 'xs', label: name, required, error, withAsterisk: required } as const;
  switch (kind.kind) {
    case 'choices':
      if (kind.values.length <= CHIPS_MAX) {
        return (
          <Input.Wrapper {...common} labelElement="div" role="group" aria-label={name}>
            <Chip.Group multiple value={list} onChange={onChange}>
              <Group gap={6} mt={3}>
                {kind.values.map((each) => (
                  <Chip key={each} value={each} size="xs" radius="sm">
                    {each}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          </Input.Wrapper>
        );
      }
      return (
        <MultiSelect
          {...common}
          data={[...kind.values]}
          value={list}
          onChange={onChange}
          searchable
          clearable
          placeholder={list.length === 0 ? hint : ''}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={[...kind.values]}
          value={text === '' ? null : text}
          onChange={(chosen) => onChange(chosen ?? '')}
          clearable={!required}
          searchable={kind.values.length > CHIPS_MAX}
          placeholder={hint}
        />
      );
    case 'boolean':
      return (
        <Select
          {...common}
          data={['true', 'false']}
          value={text === '' ? null : text}
          onChange={(chosen) => onChange(chosen ?? '')}
          clearable={!required}
          placeholder={hint}
        />
      );
    case 'list':
      return (
        <TagsInput
          {...common}
          value={list}
          onChange={onChange}
          splitChars={[]}
          acceptValueOnBlur
          placeholder={list.length === 0 ? `${hint}; Enter adds one` : ''}
        />
      );
    case 'json':
      return (
        <Textarea
          {...common}
          value={text}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
          autosize
          minRows={2}
          maxRows={10}
          placeholder="JSON"
          spellCheck={false}
          classNames={{ input: classes.mono ?? '' }}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          type={kind.kind === 'date' ? 'date' : 'text'}
          inputMode={kind.kind === 'integer' ? 'numeric' : kind.kind === 'number' ? 'decimal' : 'text'}
          value={text}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
          placeholder={hint}
          spellCheck={false}
          autoComplete="off"
        />
      );
  }
}
