import type { Actor } from '../../access/actor.ts'
import type { ChangeHost, ChangeSource } from '../../change/change-host.ts'
import { decideOnChange } from '../../change/decide-on-change.ts'
import { fileDiffs } from '../../change/file-diffs.ts'
import { holdTree } from '../../change/hold-tree.ts'
import { findChange } from '../../change/known-change.ts'
import { openChange } from '../../change/open-change.ts'
import { closeChange, retryChange } from '../../change/retry-change.ts'
import { showingTo } from '../../change/show-change.ts'
import { wakeChange } from '../../change/work-on-changes.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { StoredChange } from '../../schema/stored-change.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

type Host = Omit<ChangeHost, 'store' | 'changes'> & {
  store: Store
  /** Null: the server's configuration names no repository. */
  changes: ChangeSource | null
}

/** Changes, as their authors, approvers, custodians and operators see them. */
export function changeRoutes(os: Implementer['changes'], host: Host) {
  const { store } = host
  const showing = async (actor: Actor) => showingTo(served(host), actor, await peopleNames(store))
  const find = async (number: number) => findChange(served(host).store, number)
  const woken = async (actor: Actor, { id, number }: StoredChange) => {
    await wakeChange(host, { id })
    return (await showing(actor)).view(await find(number))
  }
  return {
    list: os.list.handler(async ({ input, context: { actor } }) => {
      const { after, limit, state, own = false } = input
      const { entry, told } = await showing(actor)
      const found = await store.changes.list({
        limit,
        ...(state && { state }),
        ...(own && { author: actor.id }),
        ...beforeOf(after),
      })
      const next = found.length === limit ? found.at(-1)?.number.toString() : undefined
      const items = await Promise.all(found.map(entry))
      return { items, next: next ?? null, told: await told() }
    }),
    get: os.get.handler(async ({ input, context: { actor } }) =>
      (await showing(actor)).view(await find(input.number)),
    ),
    diff: os.diff.handler(async ({ input, context: { actor } }) => {
      const { changes } = served(host)
      const { repository, settings } = changes
      const change = await find(input.number)
      const { id, revision } = change
      const seen = revision === null ? null : await store.changes.revision(id, revision)
      await holdTree(changes, change, seen)
      const seesDocuments = actor.permissions.has('datasets:read')
      return fileDiffs(repository, seen, { folder: settings.folder, seesDocuments })
    }),
    open: os.open.handler(async ({ input, context: { actor } }) =>
      woken(actor, await openChange(served(host), actor.id, input)),
    ),
    decide: os.decide.handler(async ({ input, context: { actor } }) => {
      const { number, ...request } = input
      const change = await find(number)
      await decideOnChange(served(host), actor, { ...request, change })
      return woken(actor, change)
    }),
    close: os.close.handler(async ({ input, context: { actor } }) => {
      const change = await find(input.number)
      await closeChange(served(host), actor, change)
      return woken(actor, change)
    }),
    retry: os.retry.handler(async ({ input, context: { actor } }) => {
      const change = await find(input.number)
      await retryChange(served(host), actor, { change, what: input.what })
      return woken(actor, change)
    }),
  }
}

function beforeOf(after: string | undefined): { before?: number } {
  const number = Number(after)
  return Number.isSafeInteger(number) && number > 0 ? { before: number } : {}
}

/** @throws UserFacingError changes-not-configured */
function served(host: Host): ChangeHost & { store: Store } {
  const { changes } = host
  if (changes !== null) return { ...host, changes }
  throw new UserFacingError(
    'changes-not-configured',
    'This server looks at no repository. Whoever runs it adds `changes: {}` to `proofloop.config.ts` in the folder where it is started, which is the repository or names it as `forge.repository`, and starts it anew.',
  )
}
