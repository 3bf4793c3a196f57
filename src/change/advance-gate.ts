import { record } from '../access/audit.ts'
import { authorGate } from '../gate/gate-views.ts'
import { startGate } from '../gate/start-gate.ts'
import type { GateCause } from '../schema/stored-gate.ts'
import { type Advancing, measuredOf } from './advancing.ts'
import type { ChangeHost } from './change-host.ts'
import { endCheck } from './end-check.ts'

/** Asks the gate as the author, once, and ends with what the author may hear, when they may hear it. */
export async function advanceGate(host: ChangeHost, advancing: Advancing): Promise<void> {
  const { check } = advancing
  const known = check.subject === null ? null : await host.store.gates.get(check.subject)
  if (known === null) return ask(host, advancing)
  const { passed, cause } = authorGate(known, host.now())
  if (passed === null) return
  const outcome = passed ? 'pass' : 'fail'
  await endCheck(host, check, { outcome, cause, summary: sentenceOf(passed, cause) })
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

function sentenceOf(passed: boolean, cause: GateCause | null): string {
  if (passed) return 'It was passed.'
  switch (cause) {
    case 'functional-tests':
      return 'It does not run on examples that everybody knows; nothing hidden was read.'
    case 'host-fault':
      return 'It could not be run: something of the host was at fault.'
    case 'budget':
      return 'It was not run: nothing is left of the budget of the gate.'
    case 'quality':
    case null:
      return 'It was not passed.'
  }
}
