import type { StoredAudit } from '../schema/stored-gate.ts'
import { endAuditWhenOver, endCrashedAudit, queueAudit, runAudit, timesOf } from './audit-gate.ts'
import { auditQueue, type GateHost, gateQueue } from './gate-host.ts'
import { endCrashedGate, runGate } from './run-gate.ts'
import { hasBegun, isOver } from './slot.ts'
import { queueGate } from './start-gate.ts'
import { endWhenOver } from './time-limit.ts'

/** Milliseconds between looks at which gate's time has come, or is over. */
const lookEvery = 500

/**
 * In this process, one at a time, each in the time that is its own; and takes up those whose process died.
 * Audits have a queue of theirs, or how long one takes would be missing to a gate.
 * @returns to be disposed of before the store
 */
export async function workOnGates(host: GateHost): Promise<AsyncDisposable> {
  const { jobs } = host
  await jobs.work(
    gateQueue.name,
    { concurrency: 1, crashed: (job, code) => endCrashedGate(host, job, code) },
    (job) => runGate(host, job),
  )
  await jobs.work(
    auditQueue.name,
    { concurrency: 1, crashed: (job, code) => endCrashedAudit(host, job, code) },
    (job) => runAudit(host, job),
  )
  const queued = new Set<string>()
  await lookOnce(host, queued)
  return lookAgain(host, () => lookOnce(host, queued))
}

/** @param queued those that have a job of this process: a job that failed for good is not run again and again */
async function lookOnce(host: GateHost, queued: Set<string>): Promise<void> {
  for (const gate of await host.store.gates.running()) {
    if (isOver(gate, host.now())) {
      await endWhenOver(host, gate)
    } else if (hasBegun(gate, host.now()) && !queued.has(gate.id)) {
      await queueGate(host, gate.id)
      queued.add(gate.id)
    }
  }
  for (const audit of await host.store.gateAudits.running()) await lookAtAudit(host, queued, audit)
}

async function lookAtAudit(host: GateHost, queued: Set<string>, audit: StoredAudit): Promise<void> {
  if (isOver(audit, host.now())) {
    await endAuditWhenOver(host, audit)
    return
  }
  const name = `audit of ${audit.gate} since ${audit.startedAt}`
  if (queued.has(name)) return
  const gate = await host.store.gates.get(audit.gate)
  if (gate === null || !hasBegun(timesOf(audit, gate), host.now())) return
  await queueAudit(host, audit)
  queued.add(name)
}

/** What hinders the looks is reported once, and again when it has gone and come back. */
function lookAgain({ report }: Pick<GateHost, 'report'>, look: () => Promise<void>) {
  let looking: Promise<void> | null = null
  let isHindered = false
  const lookSafely = async (): Promise<void> => {
    try {
      await look()
      isHindered = false
    } catch (error) {
      if (!isHindered) report(error)
      isHindered = true
    } finally {
      looking = null
    }
  }
  const timer = setInterval(() => {
    looking ??= lookSafely()
  }, lookEvery)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
    },
  }
}
