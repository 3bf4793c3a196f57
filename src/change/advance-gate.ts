import { record } from '../access/audit.ts'
import { authorGate } from '../gate/gate-views.ts'
import { startGate } from '../gate/start-gate.ts'
import { type Advancing, measuredOf } from './advancing.ts'
import type { ChangeHost } from './change-host.ts'
import { endCheck } from './end-check.ts'
import { gateSentence } from './gate-sentence.ts'

/** Asks the gate as the author, once, and ends with what the author may hear, when they may hear it. */
export async function advanceGate(host: ChangeHost, advancing: Advancing): Promise<void> {
  const { check } = advancing
  const known = check.subject === null ? null : await host.store.gates.get(check.subject)
  if (known === null) return ask(host, advancing)
  const { passed, cause } = authorGate(known, host.now())
  if (passed === null) return
  const outcome = passed ? 'pass' : 'fail'
  await endCheck(host, check, { outcome, cause, summary: gateSentence(passed, cause) })
}

async function ask(host: ChangeHost, { observed, check }: Advancing): Promise<void> {
  const { author, version } = measuredOf(observed)
  const { change, tree, name, attempt } = check
  await startGate(host, author, {
    flow: version,
    functional: 'passed',
    tell: async (id) => {
      const details = { change }
      await record(host.store, { id: author }, { action: 'gate-asked', subject: id, details })
      // The check has its name before there is a gate: who goes on after a crash asks no second one.
      await host.store.changes.nameCheck({ change, tree, name, attempt }, id)
    },
  })
}
