import { type Logger, pino } from 'pino';
import type { LogLevel } from './kalshi-settings.ts';
import type { Session } from './session.ts';

/** The log of a command that runs for long: JSON lines on standard error. On a terminal with a status line it is silent: that line says it. */
export function openLog(level: LogLevel, session: Session): Logger {
  const timestamp = pino.stdTimeFunctions.isoTime;
  const options = { level: session.progress ? 'silent' : level, base: null, timestamp };
  return pino(options, pino.destination({ fd: 2, sync: true }));
}
