import { queueAudit, runAudit } from './audit-gate.ts'
import { type GateHost, type GateJob, gateQueue } from './gate-host.ts'
import { runGate } from './run-gate.ts'
import { queueGate } from './start-gate.ts'

/** In this process, one at a time; and takes up those whose process died before they had a job. */
export async function workOnGates(host: GateHost): Promise<void> {
  await host.jobs.work(gateQueue.name, { concurrency: 1 }, (job: GateJob) =>
    'audit' in job.data ? runAudit(host, job) : runGate(host, job),
  )
  for (const { id } of await host.store.gates.list({ state: 'running', limit: 500 })) {
    await queueGate(host, id)
  }
  const audits = await host.store.gateAudits.list()
  for (const { gate, state, fault } of audits) {
    if (state === 'running' && fault === null) await queueAudit(host, gate)
  }
}
