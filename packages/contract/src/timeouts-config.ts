import { z } from 'zod';
import { duration } from './units.ts';

/** The schema of `timeouts`, wherever it stands. */
export const timeouts = z
  .strictObject({
    connect: duration.optional().meta({ description: 'Until a connection to the target stands; default 5s.' }),
    response: duration
      .optional()
      .meta({ description: "From sending the request until the head of the target's response has arrived; default 30s." }),
    idle: duration.optional().meta({ description: "Longest pause between two pieces of the response's body; default 60s." }),
    total: duration.optional().meta({ description: "Until the last byte of the target's response; default 0, no limit." }),
  })
  .meta({ description: 'Timeouts towards the backend. What is absent is taken from the next level: route, API, backend, gateway.' });
