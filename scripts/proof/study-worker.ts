import { parentPort } from 'node:worker_threads';
import { studyRun } from './study-run.ts';
import type { StudyTask } from './study-task.ts';

parentPort!.on('message', async (task: StudyTask | null) => {
  if (task === null) process.exit(0);
  parentPort!.postMessage(await studyRun(task));
});
