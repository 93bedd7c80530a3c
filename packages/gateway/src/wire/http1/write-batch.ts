/** Something with bytes to write. */
export interface PendingWrite {
  writePending(): void;
}

/** Longer batches would hold up the first of it for too long. */
const BATCH_MAX = 64;

let waiting: PendingWrite[] = [];
let spare: PendingWrite[] = [];
let scheduled = false;
let writing = false;

/**
 * Writes later in this turn of the event loop, after everything that was ready has been read, together with all that others want to
 * write. A write wakes the process that waits for it; between writes that follow each other at once it has no time to fall asleep
 * again, and waking is the most expensive part of a write on a busy machine.
 */
export function writeSoon(pending: PendingWrite): void {
  waiting.push(pending);
  if (waiting.length >= BATCH_MAX && !writing) {
    writeAll();
  } else if (!scheduled) {
    scheduled = true;
    setImmediate(writeScheduled);
  }
}

function writeScheduled(): void {
  scheduled = false;
  writeAll();
}

/** What is added while a batch is written is the next one. */
function writeAll(): void {
  const batch = waiting;
  waiting = spare;
  spare = batch;
  writing = true;
  for (let i = 0; i < batch.length; i++) (batch[i] as PendingWrite).writePending();
  writing = false;
  batch.length = 0;
}
