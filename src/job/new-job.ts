import { createHash } from 'node:crypto'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { JobData, JobsOptions, NewJob, QueueSettings } from './jobs.ts'

const idLike = /^[\w.:/-]{1,200}$/
const queueName = /^[a-z][a-z-]{0,40}$/

export type FullJob = Required<Omit<NewJob, 'group'>> & { id: string; group: string | null }

/** @throws Error when the payload, key or group is more than ids */
export function fullJob({ data, key, priority = 0, group }: NewJob): FullJob {
  const id = timeOrderedId()
  const job = { id, data, key: key ?? id, priority, group: group ?? null }
  for (const value of [
    job.key,
    job.group ?? 'none',
    ...Object.keys(data),
    ...Object.values(data),
  ]) {
    if (!idLike.test(value))
      throw new Error('A job carries ids only: no text, at most 200 characters.')
  }
  return job
}

/** The job of one time of a schedule: whichever process adds it, it is the same. */
export function scheduledJob(queue: string, time: Date, data: JobData): FullJob {
  const digest = createHash('sha256').update(`${queue} ${time.getTime()}`).digest('hex')
  const variant = (8 + (Number.parseInt(digest.charAt(16), 16) % 4)).toString(16)
  const id = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
  return { ...fullJob({ data, key: 'scheduled' }), id }
}

export function settingsOf({ queues }: JobsOptions, queue: string): QueueSettings {
  const settings = Object.hasOwn(queues, queue) ? queues[queue] : undefined
  if (settings === undefined || !queueName.test(queue))
    throw new Error(`There is no queue ${queue}.`)
  return settings
}

/** Milliseconds before the next run: doubling from one second to half a minute, half of it by chance. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(30_000, 1000 * 2 ** (attempt - 1))
  return whole / 2 + (whole / 2) * random()
}
