import { authorGate } from '../gate/gate-views.ts'
import { startGate } from '../gate/start-gate.ts'
import { type Advancing, measuredOf } from './advancing.ts'
import type { ChangeHost } from './change-host.ts'
import { endCheck } from './end-check.ts'
import { gateSentence } from './gate-sentence.ts'
import { recordOnce } from './record-once.ts'

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
    ...(check.subject !== null && { id: check.subject }),
    tell: async (id) => {
      // The check has its name before anything else: who goes on after a crash asks no second one, nor tells of it.
      await host.store.changes.nameCheck({ change, tree, name, attempt }, id)
      const event = { action: 'gate-asked' as const, subject: id, details: { change } }
      await recordOnce(host.store, { id: author }, event)
    },
  })
}
