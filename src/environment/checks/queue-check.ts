import { setTimeout } from 'node:timers/promises'
import type { Jobs, JobStatus } from '../../job/jobs.ts'
import { type Check, fail, pass } from '../check.ts'
import { doctorQueue } from '../doctor-queue.ts'
import { timeInWords } from './time-checks.ts'

const pollEvery = 50
/** In milliseconds. A worker looks each second, and pg-boss takes part of one more. */
const patience = 10_000

export const queueCheck: Check = {
  name: 'queue',
  needs: ['tables'],
  async run(host, signal) {
    const jobs = await host.jobs()
    const begun = performance.now()
    const state = await stateOfOne(jobs, signal)
    if (state === 'done') {
      const by = host.worksOnJobs === true ? ', by the doctor itself or by a server that runs' : ''
      return pass(`A job was taken and done after ${timeInWords(performance.now() - begun)}${by}.`)
    }
    if (state === 'waiting') {
      return fail(
        `No worker took a job within ${patience / 1000} seconds.`,
        'Start one: proofloop start --role worker, with the same DATABASE_URL. Reviews wait until then.',
      )
    }
    return fail(
      `A job that does nothing is ${state} after ${patience / 1000} seconds.`,
      'Look into the logs of the workers.',
    )
  },
}

/** Nothing of it stays. */
async function stateOfOne(jobs: Jobs, signal: AbortSignal): Promise<JobStatus['state']> {
  const id = await jobs.add(doctorQueue.name, { data: {} })
  try {
    return await stateInTime(jobs, id, signal)
  } finally {
    await jobs.remove(doctorQueue.name, id)
  }
}

async function stateInTime(
  jobs: Jobs,
  id: string,
  signal: AbortSignal,
): Promise<JobStatus['state']> {
  const until = performance.now() + patience
  for (;;) {
    const state = (await jobs.find(doctorQueue.name, id))?.state ?? 'waiting'
    const isOver = state !== 'waiting' && state !== 'running'
    if (isOver || performance.now() > until) return state
    await setTimeout(pollEvery, undefined, { signal })
  }
}
