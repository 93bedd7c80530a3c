import { resolve } from 'node:path';
import { RefusedError, type Running, start } from '@gatehouse/server/start';
import { destination, pino } from 'pino';
import { UsageError } from './usage-error.ts';

const LINGER_MS = 3_000;

/** `gatehouse start`. Resolves when the process has been told to stop and has let its requests end. */
export async function startCommand(options: { config: string[] | undefined; role: string; data: string }): Promise<number> {
  const { role } = options;
  if (role !== 'all' && role !== 'control' && role !== 'gateway')
    throw new UsageError(`--role must be all, control or gateway, not "${role}"`);
  // stdout belongs to the access log; what the process says of itself goes to stderr.
  const log = pino(
    { base: undefined, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    destination({ fd: 2, sync: true }),
  );
  const stopped = stopSignal();
  let running: Running;
  try {
    running = await start({
      configFiles: options.config ?? ['gatehouse.yaml'],
      dataDir: resolve(options.data),
      role,
      log: {
        info: (fields, message) => log.info(fields, message),
        warn: (fields, message) => log.warn(fields, message),
        error: (fields, message) => log.error(fields, message),
      },
      report: (lines) => process.stderr.write(`${lines.join('\n')}\n`),
    });
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    process.stderr.write(`gatehouse: ${error.message}\n`);
    endSoon();
    return 1;
  }
  // Once, and not in the log: logs are kept and passed on.
  if (running.adminToken !== undefined) process.stderr.write(`${adminTokenText(running.adminToken)}\n`);
  log.info({ gateway: running.gatewayUrl, admin: running.adminUrl, role, pid: process.pid }, 'Gatehouse is serving');
  const onHangUp = () => {
    running.reopenLogs();
    void running.reload();
  };
  process.on('SIGHUP', onHangUp);
  const signal = await stopped;
  log.info({ signal }, 'Stopping: requests in flight may end');
  process.off('SIGHUP', onHangUp);
  await running.stop();
  log.info({}, 'Stopped');
  endSoon();
  return 0;
}

/** A timer or a connection that a plugin left behind must not keep the process. */
function endSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

function adminTokenText(token: string): string {
  return `
  An admin token was made for the management interface. It is shown this once:

      ${token}

  Set GATEHOUSE_TOKEN to it to use the command line; GATEHOUSE_ADMIN_TOKEN would have set one of your own.
`;
}

/** The first SIGTERM or SIGINT; a second one ends the process at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let told = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (told) process.exit(1);
        told = true;
        resolve(signal);
      });
    }
  });
}
