import { type DragEvent, useState } from 'react';

/** What makes one entry of a list be dragged by its handle and dropped among the others. */
export interface DragProps {
  /** For the handle. */
  handle: { onPointerDown(): void; onPointerUp(): void };
  /** For the entry. */
  entry: {
    draggable: boolean;
    onDragStart(event: DragEvent): void;
    onDragOver(event: DragEvent): void;
    onDragEnd(): void;
    onDrop(event: DragEvent): void;
  };
  dragged: boolean;
  /** Where it would come: above or below this entry. */
  over: 'above' | 'below' | undefined;
}

/** Lets the entries of a list change places by dragging. Whoever uses the keyboard needs buttons beside it. */
export function useDragOrder(onMove: (from: number, to: number) => void): { of(index: number): DragProps } {
  // Only by the handle: texts in the fields below can still be selected.
  const [held, setHeld] = useState<number>();
  const [from, setFrom] = useState<number>();
  const [over, setOver] = useState<number>();
  const end = () => {
    setHeld(undefined);
    setFrom(undefined);
    setOver(undefined);
  };
  return {
    of: (index) => ({
      handle: { onPointerDown: () => setHeld(index), onPointerUp: () => setHeld(undefined) },
      entry: {
        draggable: held === index,
        onDragStart: (event) => {
          event.dataTransfer.effectAllowed = 'move';
          // Firefox drags nothing that has no data.
          event.dataTransfer.setData('text/plain', '');
          setFrom(index);
        },
        onDragOver: (event) => {
          if (from === undefined) return;
          event.preventDefault();
          setOver(index);
        },
        onDragEnd: end,
        onDrop: (event) => {
          if (from === undefined) return;
          event.preventDefault();
          if (from !== index) onMove(from, index);
          end();
        },
      },
      dragged: from === index,
      over: from === undefined || over !== index || from === index ? undefined : from > index ? 'above' : 'below',
    }),
  };
}
