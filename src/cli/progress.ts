import type { Session } from './session.ts';

/** How far a command has come. */
export interface Progress {
  /** `done` of `total` units; the total may grow. */
  update(done: number, total?: number): void;
  stop(): void;
}

const SILENT: Progress = { update() {}, stop() {} };

/** A progress bar on standard error, or nothing where that is no terminal. */
export async function openProgress(session: Session, label: string, total: number): Promise<Progress> {
  if (!session.progress) return SILENT;
  const { SingleBar } = (await import('cli-progress')).default;
  const bar = new SingleBar({
    format: `${label} [{bar}] {percentage} %  {value} of {total}  {eta_formatted} left`,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    gracefulExit: false,
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(Math.max(1, total), 0);
  let closed = false;
  return {
    update(done, of) {
      if (of !== undefined && of > 0) bar.setTotal(of);
      bar.update(Math.min(done, bar.getTotal()));
    },
    stop() {
      if (!closed) bar.stop();
      closed = true;
    },
  };
}
