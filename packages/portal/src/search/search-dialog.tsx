import { Kbd, Loader, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Failed } from '../ui/failed.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { foundPath } from './found-path.ts';
import { useRecentlyViewed } from './recently-viewed.ts';
import classes from './search-dialog.module.css';
import { searchQuery } from './server/search.ts';
import { type Suggestion, SuggestionRow } from './suggestion-row.tsx';

const DEBOUNCE_MS = 90;

/** One box for everything that can be found, by keyboard alone: type, arrows, Enter. */
export function SearchDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="9dvh"
      padding={0}
      size={640}
      attributes={{ content: { 'aria-label': 'Search' } }}
      transitionProps={{ duration: 80 }}
    >
      <Search onClose={onClose} />
    </Modal>
  );
}

function Search({ onClose }: { onClose(): void }) {
  const router = useRouter();
  const listId = useId();
  const [text, setText] = useState('');
  const [words] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const viewed = useRecentlyViewed();
  const found = useQuery({ ...searchQuery(words), enabled: words !== '' });
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const suggestions: Suggestion[] =
    words === ''
      ? viewed.map(({ path, title, kind }) => ({ path, title, detail: kind, kind: 'viewed', operation: null }))
      : (found.data?.items ?? []).map((item) => ({ ...item, path: foundPath(item) }));
  const at = Math.min(chosen, suggestions.length - 1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is found anew begins at its first
  useEffect(() => setChosen(0), [words]);
  useEffect(() => {
    list.current?.querySelector(`[data-index="${at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const open = (suggestion: Suggestion | undefined) => {
    if (suggestion === undefined) return;
    onClose();
    router.history.push(suggestion.path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && suggestions.length > 0) {
      event.preventDefault();
      setChosen((at + step + suggestions.length) % suggestions.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open(suggestions[at]);
    }
  };
  return (
    <>
      <TextInput
        className={classes.input}
        variant="unstyled"
        size="md"
        px="sm"
        data-autofocus
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={onKeyDown}
        placeholder="APIs, GET /path, owners, apps…"
        leftSection={<IconSearch size={18} />}
        rightSection={found.isFetching ? <Loader size={16} /> : null}
        role="combobox"
        aria-label="Search"
        aria-expanded={suggestions.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={suggestions.length > 0 ? `${listId}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
      />
      <div ref={list} id={listId} role="listbox" aria-label="Results" className={classes.list}>
        {words === '' && suggestions.length > 0 && <div className={classes.group}>Recently viewed</div>}
        {suggestions.map((suggestion, index) => (
          <SuggestionRow
            key={`${suggestion.kind} ${suggestion.path}`}
            id={`${listId}-${index}`}
            index={index}
            suggestion={suggestion}
            selected={index === at}
            onPoint={() => setChosen(index)}
            onOpen={() => open(suggestion)}
          />
        ))}
      </div>
      <div aria-live="polite">
        {words !== '' && found.isError && (
          <div style={{ padding: 12 }}>
            <Failed error={found.error} retry={() => void found.refetch()} />
          </div>
        )}
        {words !== '' && found.isSuccess && suggestions.length === 0 && (
          <Nothing title={`Nothing is found for “${words}”`}>
            Try fewer or other words, a path such as /pets/…, or the name of a team.
          </Nothing>
        )}
        {words === '' && suggestions.length === 0 && (
          <Nothing title="What are you looking for?">By what it does, by its name, by a path such as GET /pets, or by its owner.</Nothing>
        )}
      </div>
      <div className={classes.keys} aria-hidden>
        <span>
          <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose
        </span>
        <span>
          <Kbd size="xs">Enter</Kbd> open
        </span>
        <span>
          <Kbd size="xs">Esc</Kbd> close
        </span>
      </div>
    </>
  );
}
