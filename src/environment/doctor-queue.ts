import type { Jobs } from '../job/jobs.ts'

/** Jobs that do nothing: that one is done shows that the queue moves. */
export const doctorQueue = { name: 'doctor', attempts: 1 }

/** Takes such jobs in this process. */
export async function workOnDoctor(jobs: Jobs): Promise<void> {
  await jobs.work(doctorQueue.name, { concurrency: 1 }, async () => {})
}
